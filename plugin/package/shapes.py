"""What an element may hold, as data, and the one function that compares a document with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from plugin.package.elements import Element
from plugin.package.problems import Problem


@dataclass(frozen=True)
class Text:
    """An attribute's or an element's text. `least` and `most` count characters, blanks around count for `most` only;
    `form` is a pattern for the whole text, and `said` that pattern in words."""

    required: bool = False
    least: int = 0
    most: int | None = None
    choices: tuple[str, ...] = ()
    form: str = ""
    said: str = ""

    def faults(self, text: str) -> Iterator[str]:
        if len(text.strip()) < self.least:
            yield "is empty" if not text.strip() else f"has fewer than {self.least} characters"
        if self.most is not None and len(text) > self.most:
            yield f"has {len(text)} characters; {self.most} are allowed"
        if self.choices and text not in self.choices:
            yield f"is {text!r}; it may be {', '.join(self.choices)}"
        if self.form and text and not re.fullmatch(self.form, text):
            yield f"is {text!r}; it must be {self.said}"


@dataclass(frozen=True)
class Child:
    """How often an element stands in its parent: `most` None is any number."""

    shape: Shape
    least: int = 0
    most: int | None = 1


@dataclass(frozen=True)
class Shape:
    """An element without `text` holds none but blanks."""

    attributes: Mapping[str, Text] = field(default_factory=dict)
    children: Mapping[str, Child] = field(default_factory=dict)
    text: Text | None = None


def misfits(path: str, root: Element, tag: str, shape: Shape) -> Iterator[Problem]:
    """Everything that keeps a document from being a <`tag`> of this shape."""
    if root.tag == tag:
        yield from _misfits(path, root, shape)
    else:
        yield Problem(path, root.line, f"the document is a <{root.tag}>, not a <{tag}>")


def _misfits(path: str, element: Element, shape: Shape) -> Iterator[Problem]:
    """Everything in `element`, and below it, that `shape` does not allow."""
    yield from (Problem(path, line, what) for line, what in _attributes(element, shape))
    yield from (Problem(path, element.line, what) for what in (*_text(element, shape), *_counts(element, shape)))
    for child in element.children:
        if child.tag in shape.children:
            yield from _misfits(path, child, shape.children[child.tag].shape)
        else:
            yield Problem(path, child.line, f"<{child.tag}> has no place in <{element.tag}>")


def _attributes(element: Element, shape: Shape) -> Iterator[tuple[int, str]]:
    for name, text in element.attributes.items():
        for fault in shape.attributes[name].faults(text) if name in shape.attributes else ["has no place there"]:
            yield element.lines[name], f"{name} of <{element.tag}> {fault}"
    for name, rule in shape.attributes.items():
        if rule.required and name not in element.attributes:
            yield element.line, f"<{element.tag}> lacks its {name}"


def _text(element: Element, shape: Shape) -> Iterator[str]:
    text = element.text.strip()
    if shape.text:
        yield from (f"the text of <{element.tag}> {fault}" for fault in shape.text.faults(text))
    elif text:
        yield f"<{element.tag}> holds text; it may hold none"


def _counts(element: Element, shape: Shape) -> Iterator[str]:
    for tag, child in shape.children.items():
        count = len(list(element.each(tag)))
        if count < child.least:
            yield f"<{element.tag}> lacks its <{tag}>"
        if child.most is not None and count > child.most:
            yield f"<{element.tag}> has {count} <{tag}>; {child.most} may stand there"
