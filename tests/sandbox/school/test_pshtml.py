"""The interpreter, tag by tag."""

import re
from pathlib import Path

import pytest

from sandbox.school.installed.pshtml import TAGS, WILDCARDS, PshtmlError, UnknownTag, check, render

WEB_ROOT = Path(__file__).parents[3] / "web_root"


class Meanings:
    """A page on which every tag says its own name; `true` has the conditions that hold."""

    def __init__(self, *true: str) -> None:
        self._true = true

    def wildcard(self, name: str) -> str:
        return f"<{name}>"

    def message(self, key: str) -> str:
        return f"text of {key}"

    def teacher_pages(self) -> str:
        return "<option>"

    def parameter(self, name: str) -> str:
        return f"parameter {name}"

    def student_frn(self) -> str:
        return "0015041"

    def current_student_id(self) -> str:
        return "5001"

    def is_guardian(self) -> bool:
        return "guardian" in self._true

    def in_district_office(self) -> bool:
        return "office" in self._true

    def may_not_open(self, page: str) -> bool:
        return page in self._true


@pytest.mark.parametrize(
    ("tag", "means"),
    [
        ("~[wc:admin_header_css]", "<admin_header_css>"),
        ("~[text:psx.htmlc.some.page.title]", "text of psx.htmlc.some.page.title"),
        ("~[x:teacherpages]", "<option>"),
        ("~(gpv.frn;encodehtml)", "parameter frn"),
        ("~(studentfrn)", "0015041"),
        ("~(curstudid)", "5001"),
    ],
)
def test_a_tag_gives_what_it_means_and_leaves_the_rest_alone(tag: str, means: str) -> None:
    assert render(f"a [b] {tag}(c) ~ d", Meanings()) == f"a [b] {means}(c) ~ d"


@pytest.mark.parametrize(
    ("tag", "holds"),
    [
        ("~[if.isguardian]", "guardian"),
        ("~[if.district.office]", "office"),
        ("~[if.security.pagenone=/admin/students/x.html]", "/admin/students/x.html"),
    ],
)
def test_a_choice_shows_one_side(tag: str, holds: str) -> None:
    page = f"1{tag}yes[else]no[/if]2"
    assert render(page, Meanings(holds)) == "1yes2"
    assert render(page, Meanings()) == "1no2"


def test_a_choice_may_have_one_side_only() -> None:
    assert render("1~[if.isguardian]yes[/if]2", Meanings()) == "12"


def test_tags_on_the_side_that_is_not_shown_are_not_asked() -> None:
    class Silent(Meanings):
        def message(self, key: str) -> str:
            raise AssertionError(key)

    assert render("~[if.isguardian]~[text:a.b][else]no[/if]", Silent()) == "no"


@pytest.mark.parametrize(
    "tag",
    [
        "~[tlist_sql;select * from students]",
        "~[wc:some_other_wildcard]",
        "~[if.isstudent]",
        "~[if.security.pageview=/admin/x.html]",
        "~(studentname)",
        "~(gpv.frn)",
        "~(gpv.frn;sqlText)",
        "~([Students]SSN)",
        "~[x:userid",
        "~(",
    ],
)
def test_an_unknown_tag_is_an_error_that_names_it_and_its_line(tag: str) -> None:
    with pytest.raises(UnknownTag) as refusal:
        render(f"one\ntwo\nthree {tag}", Meanings())
    assert tag.startswith(refusal.value.tag)
    assert refusal.value.line == 3


def test_an_unknown_tag_is_an_error_also_where_nobody_sees_it() -> None:
    with pytest.raises(UnknownTag):
        render("~[if.isguardian]~(studentname)[/if]", Meanings())


def test_check_finds_an_unknown_tag_without_rendering() -> None:
    check("~[if.isguardian]~(studentfrn)[else][/if]")
    with pytest.raises(UnknownTag, match="studentname"):
        check("~[if.isguardian]~(studentname)[/if]")


def test_it_knows_exactly_the_tags_and_fragments_that_our_pages_use() -> None:
    sources = [path.read_text() for path in WEB_ROOT.rglob("*.*")]
    for source in sources:
        check(source)
    text = "".join(sources)
    assert [name for name, tag in TAGS.items() if not tag.search(text)] == []
    assert set(re.findall(r"~\[wc:(\w+)\]", text)) == set(WILDCARDS)


@pytest.mark.parametrize(
    "page",
    ["~[if.isguardian]never closed", "[else]", "[/if]", "~[if.isguardian]~[if.district.office][/if][/if]"],
)
def test_choices_that_do_not_fit_together_are_errors(page: str) -> None:
    with pytest.raises(PshtmlError):
        render(page, Meanings("guardian", "office"))
