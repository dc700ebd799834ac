"""The catalogues hold everything that a family can meet, in every language, and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from plugin.errors import Failure
from plugin.reports.languages import ENGLISH, ON_PAGES

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "plugin/translations"
LANGUAGES = [language.tag.replace("-", "_") for language in ON_PAGES if language != ENGLISH]
SAME = tomllib.loads((TRANSLATIONS / "same.toml").read_text())
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\$[a-z]+")

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What is marked for families in the code, found as `make translations` finds it."""
    found = tmp_path_factory.mktemp("marked") / "families.pot"
    how = ("--quiet", "extract", "--mapping", str(TRANSLATIONS / "mapping.toml"), "--keyword", "lazy_gettext")
    CommandLineInterface().run(["pybabel", *how, "--output", str(found), str(ROOT / "plugin")])
    return read_po(BytesIO(found.read_bytes()))


def catalogue(language: str) -> Catalog:
    return read_po(BytesIO((TRANSLATIONS / language / "LC_MESSAGES/messages.po").read_bytes()), locale=language)


def texts(of: Catalog) -> dict[str, Message]:
    return {forms(message.id)[0]: message for message in of if message.id}


def forms(text: str | Iterable[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_there_is_a_catalogue_for_every_language_of_the_menu_and_for_no_other():
    assert {path.name for path in TRANSLATIONS.iterdir() if path.is_dir()} == set(LANGUAGES)


def test_a_good_many_texts_are_found(marked):
    assert len(texts(marked)) > 80


@in_every_language
def test_nothing_is_missing_and_nothing_is_left_over(marked, language):
    own = catalogue(language)
    assert texts(own).keys() == texts(marked).keys(), "make translations"
    assert not own.obsolete
    assert [id_ for id_, message in texts(own).items() if not all(forms(message.string))] == []


@in_every_language
def test_nothing_is_a_guess(language):
    assert not catalogue(language).fuzzy
    assert [id_ for id_, message in texts(catalogue(language)).items() if message.fuzzy] == []


@in_every_language
def test_every_text_is_there_in_as_many_forms_as_the_language_counts_in(language):
    own = catalogue(language)
    for id_, message in texts(own).items():
        assert len(forms(message.string)) == (own.num_plurals if message.pluralizable else 1), id_


@in_every_language
def test_placeholders_are_the_same_as_in_english(language):
    for id_, message in texts(catalogue(language)).items():
        wanted = sorted(PLACEHOLDER.findall(forms(message.id)[-1]))
        assert all(sorted(PLACEHOLDER.findall(form)) == wanted for form in forms(message.string)), id_


@in_every_language
def test_what_is_the_same_as_in_english_is_listed_with_a_reason(language):
    same = {id_ for id_, message in texts(catalogue(language)).items() if id_ in forms(message.string)}
    assert same == {id_ for id_, listed in SAME.items() if language in listed["languages"]}
    assert all(listed["why"] for listed in SAME.values())


@in_every_language
def test_no_translation_is_html(language):
    """A template puts what `_()` gives it into the page as it is."""
    for id_, message in texts(catalogue(language)).items():
        assert not re.search("[<>&]", "".join(forms(message.string))), id_


@in_every_language
def test_the_compiled_catalogue_is_the_one_beside_it(language):
    write_mo(fresh := BytesIO(), catalogue(language))
    fresh.seek(0)
    compiled = BytesIO((TRANSLATIONS / language / "LC_MESSAGES/messages.mo").read_bytes())
    assert strings(read_mo(compiled)) == strings(read_mo(fresh)), "make translations"


def strings(of: Catalog) -> dict[str, list[str]]:
    return {id_: forms(message.string) for id_, message in texts(of).items()}


def failures(of: type[Failure] = Failure) -> Iterator[type[Failure]]:
    yield of
    for kind in of.__subclasses__():
        yield from failures(kind)


def test_what_a_failure_says_to_families_is_marked_and_what_it_says_to_staff_only_is_not(marked):
    found = texts(marked).keys()
    for kind in failures():
        assert {kind.title, kind.family} <= found, kind
        assert not {kind.administrator, kind.teacher} & (found - {kind.title, kind.family}), kind


def family_templates() -> list[Path]:
    mapping = tomllib.loads((TRANSLATIONS / "mapping.toml").read_text())["mappings"]
    [ignored] = [one["pattern"] for one in mapping if one["method"] == "ignore"]
    templates = (ROOT / "plugin/templates").glob("*.html")
    return sorted(path for path in templates if not any(path.match(pattern) for pattern in ignored))


@pytest.mark.parametrize("path", family_templates(), ids=lambda path: path.name)
def test_a_page_for_families_has_no_text_of_its_own(path):
    template = re.sub(r"{#.*?#}|<!doctype html>", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"\b(?:n?gettext|_)\((?!['\"])", template) == [], "only `|translated` takes a variable"
    template = re.sub(r"{{.*?}}|{%.*?%}", "", template, flags=re.DOTALL)
    assert re.findall(r'\b(?:aria-label|alt|title|placeholder)="([^"]+)"', template) == []
    assert re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", "", template)) == []
