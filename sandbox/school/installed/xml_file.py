"""XML out of our own archive."""

from xml.etree import ElementTree


def read_xml(text: bytes) -> ElementTree.Element:
    """Raises ElementTree.ParseError."""
    return ElementTree.fromstring(text)  # noqa: S314 (the archive is built from this checkout, not by a stranger)
