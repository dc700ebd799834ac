"""Every limit that PowerSchool's installer is known to keep for plugin.xml, and ours on top.

The limits are those of the vendor's schema for plugin.xml with the newer attributes that its documentation describes.
Ours: nothing is asked for but to read, and the address of the sidecar is one that the product can run on.
"""

from __future__ import annotations

from plugin.package.shapes import Child, Shape, Text

PERSONAS = ("staff", "teacher", "parent", "student")
UI_CONTEXTS = (
    "admin.left_nav",
    "admin.header",
    "teacher.header",
    "teacher.pro.apps",
    "guardian.header",
    "student.header",
)

FLAG = Text(choices=("true", "false", "1", "0"))
HTTPS = r"https://[^\s/?#@]+"
ORIGIN = Text(least=1, form=HTTPS + r"|http://(localhost|127\.0\.0\.1)(:[0-9]+)?", said="https:// and a host")
VERSION = Text(True, 1, 20, form=r"[0-9]+(\.[0-9]+)*", said="digits and dots, as in 1.2.3")


def _name(most: int | None) -> Text:
    return Text(required=True, least=1, most=most)


def _required() -> Shape:
    return Shape({"required": Text(True, choices=FLAG.choices)})


def _links(path: Text) -> Child:
    contexts = Shape(children={"ui_context": Child(Shape({"id": Text(True, choices=UI_CONTEXTS)}), 1, None)})
    link = Shape({"display-text": _name(100), "path": path, "title": Text(most=256)}, {"ui_contexts": Child(contexts)})
    return Child(Shape(children={"link": Child(link, 1, None)}))


PUBLISHER = Shape(
    {"name": _name(100)}, {"contact": Child(Shape({"email": _name(40), "phone": Text(most=20)}), least=1)}
)
REGISTRATION = Shape(
    {"url": Text(True, 1, 1000, form=HTTPS + r"(/\S*)?", said="an https address")},
    {"callback-data": Child(Shape(text=Text())), "parameter": Child(Shape({"name": _name(None)}), most=None)},
)
OAUTH = Shape(
    {
        "account_token": Text(),
        "accessLevelV1Api": Text(choices=("NONE", "READ", "FULL")),
        "base-url": ORIGIN,
        "redirect-uri": Text(least=1, form=r"/\S*", said="a path that begins with /"),
        "allow-client-credential": FLAG,
        "allow-auth-code": FLAG,
    },
    {
        "consumer": Child(Shape(children={"url": Child(Shape(text=Text()))})),
        "allow-persona": Child(Shape(text=Text(choices=PERSONAS)), most=len(PERSONAS)),
    },
)
ACCESS_REQUEST = Shape(
    children={
        "field": Child(
            Shape({"table": _name(30), "field": _name(30), "access": Text(True, choices=("ViewOnly",))}), most=None
        ),
        "cdn_request": Child(
            Shape(
                children={"cdn": Child(Shape({"name": Text(True, 1, 50, form=HTTPS, said="an https host")}), 1, None)}
            )
        ),
    }
)
OPENID = Shape(
    {
        "host": Text(True, 1, 256, form=r"[^\s/:]+", said="a host without scheme or port"),
        "port": Text(form=r"[0-9]{1,5}", said="a port number"),
    },
    {"links": _links(Text(most=1000))},
)
_ATTRIBUTE = Shape({"name": _name(None), "attribute-name": Text(), "attribute-value": Text(), "extension": Text()})
_USER = Shape(
    {"type": Text(True, choices=("admin", "teacher", "guardian", "student"))}, {"attribute": Child(_ATTRIBUTE, 0, None)}
)
_PERMISSION = Shape({"name": _name(None), "value": Text(), "description": Text()})
_USER_TYPES = Shape(children={"user_type": Child(Shape({"name": _name(None), "new-window": FLAG}), 1, None)})
SAML = Shape(
    {
        "name": _name(256),
        **dict.fromkeys(("entity-id", "base-url", "metadata-url"), Text()),
        **dict.fromkeys(("idp-name", "idp-entity-id", "idp-metadata-url"), Text()),
        "nameid-format": Text(choices=("unspecified", "transient", "persistent")),
    },
    {
        "links": _links(_name(1000)),
        "attributes": Child(Shape(children={"user": Child(_USER, most=4)})),
        "permissions": Child(Shape(children={"permission": Child(_PERMISSION, most=None)})),
        "inline_authentication": Child(Shape(children={"user_types": Child(_USER_TYPES)})),
    },
)
AUTOINSTALL = Shape(
    _required().attributes,
    {"autoenable": Child(_required()), "autoregister": Child(_required()), "autoredeploy": Child(_required())},
)
IDENTITY = Shape(children={"entity": Child(Shape({"name": _name(None), "attribute": _name(None)}), most=None)})

PLUGIN = Shape(
    {
        "xmlns": Text(True, choices=("http://plugin.powerschool.pearson.com",)),
        "xmlns:xsi": Text(choices=("http://www.w3.org/2001/XMLSchema-instance",)),
        "xsi:schemaLocation": Text(),
        "name": _name(40),
        "version": VERSION,
        "description": Text(most=256),
        "class": Text(most=256),
        "deletable": FLAG,
    },
    {
        "registration": Child(REGISTRATION),
        "oauth": Child(OAUTH),
        "access_request": Child(ACCESS_REQUEST),
        "openid": Child(OPENID),
        "saml": Child(SAML),
        "links": _links(_name(1000)),
        "publisher": Child(PUBLISHER, least=1),
        "autoinstall": Child(AUTOINSTALL),
        "identityAttribute": Child(IDENTITY),
    },
)
