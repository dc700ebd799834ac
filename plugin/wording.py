"""Marks texts for translation where they are written; the page that shows them translates."""


def _(text: str) -> str:
    return text
