"""What each stage would compile anew for applications of its own, all made of the same files, is compiled once."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, ClassVar

import flask
import jinja2
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Templates(jinja2.BytecodeCache):
    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.code


class RuleCompiledOnce(Rule):
    """Werkzeug compiles two functions for each route: a third of what it takes to start a stage."""

    _builders: ClassVar[dict[object, Callable[..., Any]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        key = self.rule, self.host, self.subdomain, repr(self.defaults), append_unknown
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


def pytest_configure() -> None:
    flask.Flask.jinja_options = {"bytecode_cache": Templates()}
    flask.Flask.url_rule_class = RuleCompiledOnce
