"""The message files."""

from __future__ import annotations

import pytest

SETUP = "web_root/admin/district/electronic_reporting_setup.html"
ENGLISH = "MessageKeys/ca_score_reports.US_en.properties"
SPANISH = "MessageKeys/ca_score_reports.US_es.properties"
KEY = "psx.htmlc.wildcards.ca_score_reports"


@pytest.mark.parametrize(
    ("path", "old", "new", "what"),
    [
        (SPANISH, f"{KEY}.language=es\n", f"{KEY}.language\n", "has no text"),
        (SPANISH, f"{KEY}.language=es\n", f"{KEY}.language=\n", "has no text"),
        (SPANISH, "P\\u00E1gina", "Página", "has letters that a properties file holds as \\uXXXX only"),
        (ENGLISH, "Start Page", "<b>Start</b> Page", f"the text of {KEY}.start_page has < >, and"),
        (ENGLISH, "Start Page", "\\u003Cb Page", " has <, and"),
        (ENGLISH, "Start Page", '" onload="x', ' has ", and'),
        (ENGLISH, "Start Page", "~[if.x]Page", " has ~, and"),
        (ENGLISH, "Start Page", "Start Page\\", " has \\, and"),
        (SPANISH, "P\\u00E1gina", "P\\u00Ggina", " has \\, and"),
        (SPANISH, f"{KEY}.language=es\n", f"{KEY}.language: e=s\n", "is no key of letters"),
        (ENGLISH, f"{KEY}.start_page=", f"{KEY}.setup=", "stands here for the second time"),
    ],
)
def test_a_message_reaches_the_page_as_it_is_meant(tree, path: str, old: str, new: str, what: str) -> None:
    tree.refuses(path, old, new, what)


def test_a_message_that_one_language_lacks_is_named_where_it_is_used(tree) -> None:
    tree.replace(SPANISH, f"{KEY}.start_page=", f"{KEY}.first_page=")
    line = (tree.root / SETUP).read_text().split(f"{KEY}.start_page")[0].count("\n") + 1
    assert f"{SETUP}: line {line}: message {KEY}.start_page is not in {SPANISH}" in tree.refusals()


@pytest.mark.parametrize("path", [ENGLISH, SPANISH])
def test_a_tree_without_messages_in_both_languages_is_refused(tree, path: str) -> None:
    (tree.root / path).rename(tree.root / "MessageKeys/ca_score_reports.CA_fr.properties")
    assert f"{path}: this file of messages is missing" in tree.refusals()
