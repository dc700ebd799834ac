"""Where a fragment goes that says so."""

import pytest

from sandbox.school.installed.insertion import inject

PAGE = """<html><body>
<ul id="first"><li>One <br> <b>bold</b></li></ul>
<main><ul id="second"><li>Two</li></ul></main>
</body></html>"""


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("before", '<main>HERE<ul id="second"><li>Two</li></ul></main>'),
        ("insert", '<main><ul id="second">HERE<li>Two</li></ul></main>'),
        ("append", '<main><ul id="second"><li>Two</li>HERE</ul></main>'),
        ("after", '<main><ul id="second"><li>Two</li></ul>HERE</main>'),
    ],
)
def test_a_fragment_goes_where_its_metadata_wants_it(how: str, expected: str) -> None:
    assert expected in (inject(PAGE, "HERE", "#second", how) or "")


@pytest.mark.parametrize("selector", ["ul", "#first", "ul#first"])
def test_the_first_match_counts_whatever_stands_in_it(selector: str) -> None:
    assert "<b>bold</b></li>HERE</ul>" in (inject(PAGE, "HERE", selector, "append") or "")


@pytest.mark.parametrize("selector", ["#third", "ol", "ol#first"])
def test_no_match_is_none(selector: str) -> None:
    assert inject(PAGE, "HERE", selector, "append") is None


@pytest.mark.parametrize(
    ("selector", "how"), [("ul > li", "append"), (".box", "append"), ("", "append"), ("ul", "around")]
)
def test_what_is_not_plain_is_refused(selector: str, how: str) -> None:
    with pytest.raises(ValueError, match="stand-in"):
        inject(PAGE, "HERE", selector, how)
