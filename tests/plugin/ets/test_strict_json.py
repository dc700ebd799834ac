"""JSON that readers understand in different ways is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.ets.strict_json import Unreadable, document


def test_an_object_is_read_and_a_byte_order_mark_tolerated() -> None:
    assert document(b'{"a": [1, "\xc3\xbc"]}') == {"a": [1, "\u00fc"]}
    assert document(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b'{"a": 1',
        b'{"a": 1} {"b": 2}',
        b'{"a": 1, "a": 1}',
        b'{"x": {"a": 1, "a": 2}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        '{"a": 1}'.encode("utf-16"),
        b"{'a': 1}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_anything_else_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        document(body)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
texts = st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(body=st.binary() | texts | values.map(json.dumps).map(str.encode))
def test_whatever_bytes_come_they_are_an_object_or_unreadable(body: bytes) -> None:
    try:
        assert isinstance(document(body), dict)
    except Unreadable:
        pass
