"""The manifest: each limit, broken once in the real plugin.xml."""

from __future__ import annotations

import pytest

QUERIES = "queries_root/org.cascorereports.roster.named_queries.xml"
PUBLISHER = '<publisher name="CA Score Reports">'
CONTACT = '<contact email="support@ca-score-reports.example"/>'
PERSONA = "<allow-persona>staff</allow-persona>"
FIELD = '<field table="STUDENTS" field="DCID" access="ViewOnly"/>'


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('name="CA Score Reports"\n', f'name="{"x" * 41}"\n', "name of <plugin> has 41 characters; 40 are allowed"),
        ('name="CA Score Reports"\n', 'name=""\n', "name of <plugin> is empty"),
        ('name="CA Score Reports"\n', 'name="   "\n', "name of <plugin> is empty"),
        ('version="0.1.0"', 'version="0.1.0-beta"', "it must be digits and dots"),
        ('version="0.1.0"', 'version="v1"', "it must be digits and dots"),
        ('version="0.1.0"', 'version="1..0"', "it must be digits and dots"),
        ('version="0.1.0"', f'version="{"1." * 10}1"', "version of <plugin> has 21 characters; 20 are allowed"),
        ('version="0.1.0"', 'version="0.2.0"', "version is not 0.1.0"),
        ('description="', f'description="{"x" * 256}', "256 are allowed"),
        ('version="0.1.0"', f'version="0.1.0" class="{"x" * 257}"', "class of <plugin> has 257 characters"),
        ('version="0.1.0"', 'version="0.1.0" deletable="perhaps"', "deletable of <plugin> is 'perhaps'"),
        ('version="0.1.0"', 'version="0.1.0" colour="red"', "colour of <plugin> has no place there"),
        ('xmlns="http://plugin.powerschool.pearson.com"', 'xmlns="http://plugin.powerschool.com"', "xmlns of <plugin>"),
        (PUBLISHER, f'<publisher name="{"x" * 101}">', "name of <publisher> has 101 characters; 100 are allowed"),
        (PUBLISHER, "<publisher>", "<publisher> lacks its name"),
        (CONTACT, "<contact/>", "<contact> lacks its email"),
        (CONTACT, f'<contact email="{"x" * 41}"/>', "email of <contact> has 41 characters; 40 are allowed"),
        (CONTACT, f'<contact email="a@b.example" phone="{"1" * 21}"/>', "phone of <contact> has 21 characters"),
        (PERSONA, "<allow-persona>guardian</allow-persona>", "it may be staff, teacher, parent, student"),
        (PERSONA, PERSONA * 2, "staff is named twice"),
        (PERSONA, '<allow-persona name="staff"/>', "name of <allow-persona> has no place there"),
        ('allow-auth-code="true"', 'allow-auth-code="yes"', "allow-auth-code of <oauth> is 'yes'"),
        ('allow-client-credential="true"', 'allow-client-credential=""', "allow-client-credential of <oauth>"),
        ('redirect-uri="/sign-in"', 'redirect-uri="sign-in"', "it must be a path that begins with /"),
        ('base-url="@SIDECAR_URL@"', 'base-url="http://scores.district.example"', "base-url of <oauth>"),
        ('base-url="@SIDECAR_URL@"', 'base-url="https://a@scores.district.example"', "base-url of <oauth>"),
        ('base-url="@SIDECAR_URL@"', 'accessLevelV1Api="ALL"', "it may be NONE, READ, FULL"),
        (FIELD, FIELD.replace("ViewOnly", "FullAccess"), "access of <field> is 'FullAccess'; it may be ViewOnly"),
        (FIELD, FIELD.replace(' access="ViewOnly"', ""), "<field> lacks its access"),
        (FIELD, FIELD.replace("STUDENTS", "S" * 31), "table of <field> has 31 characters; 30 are allowed"),
        (FIELD, FIELD.replace("DCID", "D" * 31), "field of <field> has 31 characters; 30 are allowed"),
        (FIELD, FIELD * 2, "STUDENTS.DCID is named twice"),
        (FIELD, FIELD + '<field table="STUDENTS" field="SSN" access="ViewOnly"/>', "STUDENTS.SSN is requested, but no"),
        (FIELD, '<cdn_request><cdn name="http://a.example"/></cdn_request>' + FIELD, "it must be an https host"),
        (FIELD, f'<cdn_request><cdn name="https://{"a" * 43}"/></cdn_request>' + FIELD, "50 are allowed"),
        (FIELD, FIELD.replace("/>", ">read</field>"), "<field> holds text; it may hold none"),
        (PERSONA, PERSONA.replace("</", "<//"), "not well-formed XML"),
        ("<?xml", "<!-- --><?xml", "not well-formed XML"),
        (PERSONA, "<allow-persona>&staff;</allow-persona>", "not well-formed XML"),
    ],
)
def test_the_manifest_keeps_every_limit(tree, old: str, new: str, what: str) -> None:
    tree.refuses("plugin.xml", old, new, what)


@pytest.mark.parametrize(
    ("contact", "what"),
    [("", "<publisher> lacks its <contact>"), (CONTACT * 2, "<publisher> has 2 <contact>; 1 may stand there")],
)
def test_the_publisher_has_one_contact(tree, contact: str, what: str) -> None:
    tree.refuses("plugin.xml", CONTACT, contact, what, below=-1)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("<autoupgrade/>", "<autoupgrade> has no place in <plugin>"),
        ('<registration url="http://a.example/"/>', "it must be an https address"),
        (f'<registration url="https://{"a" * 1000}"/>', "1000 are allowed"),
        ("<registration/>", "<registration> lacks its url"),
        ('<registration url="https://a.example"><parameter/></registration>', "<parameter> lacks its name"),
        ("<links/>", "<links> lacks its <link>"),
        ('<links><link path="/"/></links>', "<link> lacks its display-text"),
        ('<links><link display-text="a"/></links>', "<link> lacks its path"),
        (f'<links><link display-text="{"x" * 101}" path="/"/></links>', "display-text of <link> has 101"),
        (f'<links><link display-text="a" path="{"x" * 1001}"/></links>', "path of <link> has 1001"),
        (f'<links><link display-text="a" path="/" title="{"x" * 257}"/></links>', "title of <link> has 257"),
        (
            '<links><link display-text="a" path="/"><ui_contexts><ui_context id="guardian.left_nav"/></ui_contexts>'
            "</link></links>",
            "id of <ui_context> is 'guardian.left_nav'",
        ),
        ('<openid host="https://a.example"/>', "it must be a host without scheme or port"),
        (f'<openid host="{"a" * 257}"/>', "256 are allowed"),
        ('<openid host="a.example" port="https"/>', "it must be a port number"),
        ("<openid/>", "<openid> lacks its host"),
        ("<saml/>", "<saml> lacks its name"),
        (f'<saml name="{"x" * 257}"/>', "256 are allowed"),
        ('<saml name="a" nameid-format="email"/>', "it may be unspecified, transient, persistent"),
        ('<saml name="a"><attributes><user type="parent"/></attributes></saml>', "type of <user> is 'parent'"),
        ('<saml name="a"><permissions><permission/></permissions></saml>', "<permission> lacks its name"),
        ("<autoinstall/>", "<autoinstall> lacks its required"),
        ('<autoinstall required="maybe"/>', "required of <autoinstall> is 'maybe'"),
        ("<identityAttribute><entity/></identityAttribute>", "<entity> lacks its name"),
        ('<publisher name="a"><contact email="a@b.example"/></publisher>', "<plugin> has 2 <publisher>"),
        ("<oauth/>", "<plugin> has 2 <oauth>"),
        ("<access_request/>", "<plugin> has 2 <access_request>"),
    ],
)
def test_what_else_a_manifest_may_hold_keeps_its_limits_too(tree, more: str, what: str) -> None:
    line = tree.replace("plugin.xml", "  <publisher", f"{more}\n  <publisher")
    start = 4 if what.startswith("<plugin> has") else line
    refusals = tree.refusals()
    assert any(said.startswith(f"plugin.xml: line {start}: ") and what in said for said in refusals), refusals


def test_a_manifest_without_its_publisher_is_refused(tree) -> None:
    tree.write("plugin.xml", '<plugin xmlns="http://plugin.powerschool.pearson.com" name="a" version="0.1.0"/>')
    assert "plugin.xml: line 1: <plugin> lacks its <publisher>" in tree.refusals()


def test_a_manifest_that_is_no_plugin_is_refused(tree) -> None:
    tree.write("plugin.xml", "<module/>")
    assert "plugin.xml: line 1: the document is a <module>, not a <plugin>" in tree.refusals()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('encoding="UTF-8"', 'encoding="UTF-16"', "said to be XML 1.0 in UTF-16"),
        ('encoding="UTF-8"', 'encoding="klingon"', "said to be XML 1.0 in klingon"),
        ('version="1.0"', 'version="1.1"', "said to be XML 1.1 in UTF-8"),
        ('xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', "", "unbound prefix"),
    ],
)
def test_any_reader_of_xml_can_read_the_manifest(tree, old: str, new: str, what: str) -> None:
    tree.replace("plugin.xml", old, new)
    assert any(said.startswith("plugin.xml: line ") and what in said for said in tree.refusals())


def test_a_manifest_of_any_depth_is_refused(tree) -> None:
    tree.refuses("plugin.xml", "  <publisher", "<a>" * 3000 + "</a>" * 3000 + "<publisher", "<a> has no place in <pl")


def test_a_tree_without_a_manifest_is_refused(tree) -> None:
    (tree.root / "plugin.xml").unlink()
    assert "plugin.xml: this is missing, or is no file" in tree.refusals()


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE plugin>",
        '<!DOCTYPE plugin SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE plugin [<!ENTITY a "aaaa">]>',
    ],
)
@pytest.mark.parametrize("path", ["plugin.xml", QUERIES])
def test_xml_with_a_document_type_is_refused(tree, path: str, declared: str) -> None:
    tree.refuses(path, '<?xml version="1.0" encoding="UTF-8"?>\n', f"{declared}\n", "a document type and entities")
