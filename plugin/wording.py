"""Marks the texts that families can meet, where they are written; the page that shows them translates.

Administrators and teachers read English: what only they meet is not marked, or stands in a file that
translations/mapping.toml leaves out. So every catalogue is complete, and nobody has to translate what nobody reads.
"""


def _(text: str) -> str:
    return text
