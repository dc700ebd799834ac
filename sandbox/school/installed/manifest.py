"""What plugin.xml says, as far as a school system acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from sandbox.school.installed.xml_file import read_xml

_NAMESPACE = {"p": "http://plugin.powerschool.pearson.com"}


@dataclass(frozen=True)
class Manifest:
    """`fields` are the columns that the plugin may read, as TABLE.FIELD in capitals."""

    name: str
    version: str
    base_url: str
    redirect_path: str
    personas: frozenset[str]
    client_credential: bool
    auth_code: bool
    fields: frozenset[str]

    @property
    def redirect_uri(self) -> str:
        return self.base_url + self.redirect_path


def read_manifest(text: bytes) -> Manifest:
    """Raises ElementTree.ParseError for what is not XML, ValueError for what is not a plugin."""
    root = read_xml(text)
    if root.tag != f"{{{_NAMESPACE['p']}}}plugin":
        raise ValueError("plugin.xml: the root element is not a plugin")
    oauth = root.find("p:oauth", _NAMESPACE)
    settings = oauth.attrib if oauth is not None else {}
    return Manifest(
        name=root.attrib["name"],
        version=root.attrib["version"],
        base_url=settings.get("base-url", "").rstrip("/"),
        redirect_path=settings.get("redirect-uri", ""),
        personas=frozenset(persona.text or "" for persona in root.iterfind("p:oauth/p:allow-persona", _NAMESPACE)),
        client_credential=settings.get("allow-client-credential") == "true",
        auth_code=settings.get("allow-auth-code") == "true",
        fields=frozenset(_column(field) for field in root.iterfind("p:access_request/p:field", _NAMESPACE)),
    )


def _column(field: ElementTree.Element) -> str:
    return f"{field.attrib['table']}.{field.attrib['field']}".upper()
