"""The build: gather, check everything, and only then write."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from plugin import config_values
from plugin.district import District
from plugin.package import archive, district_queries, manifest, messages, pages, queries, references, tree
from plugin.package.elements import Element, parse
from plugin.package.problems import PackageError, Problem

Content = TypeVar("Content")


def build(root: Path, sidecar_url: str, district: District, out: Path) -> Path:
    """Make `out`/ca-score-reports-<version>.zip from the checkout at `root` and return its path.

    `sidecar_url` is scheme and host, and a port where it is not the usual one. Raises PackageError with every fault;
    then nothing is written.
    """
    release = _release(root / "pyproject.toml")
    version = f"{release}.{district.revision}" if district.revision else release
    files, problems = tree.read(root)
    path = out / f"ca-score-reports-{version}.zip"
    path.unlink(missing_ok=True)  # lest an earlier one be taken for the one that is refused now
    try:
        sidecar_url = config_values.origin(sidecar_url)
    except ValueError:
        what = f"{sidecar_url!r} is not https://host or https://host:port and no more (http for localhost only)"
        problems.append(Problem("SIDECAR_URL", 0, what))
        sidecar_url = "https://localhost"  # what is wrong besides is told of the files as they are
    files = tree.fill(files, sidecar_url, district)
    for problem in check(files, release, version):
        # The queries for the district's own fields are in no file: whoever mends them mends what they are made of.
        made = problem.path == district_queries.PATH
        problems.append(Problem("district.toml", 0, problem.what) if made else problem)
    if problems:
        raise PackageError(problems)
    return archive.write(files, path)


def _release(path: Path) -> str:
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise PackageError([Problem(path.name, 0, "no version of the product can be read here")]) from fault


def check(files: Mapping[str, str], release: str, version: str) -> Iterator[Problem]:
    """Everything that is wrong with an archive of these files (path → text): a release, under a version of its own."""
    yield from tree.strangers(files)
    languages = _under("MessageKeys/", files)
    keys = {path: messages.keys(text) for path, text in languages.items()}
    yield from messages.faults(languages)
    yield from pages.faults(_under("web_root/", files), keys)
    for path, text in _under("pagecataloging/", files).items():
        yield from references.catalogue_faults(path, text, release, files, keys)
    documents: dict[str, Element] = {}
    yield from _parsed(files, documents)
    yield from _documents(documents, files, version)


def _documents(documents: Mapping[str, Element], files: Mapping[str, str], version: str) -> Iterator[Problem]:
    named = _under("queries_root/", documents)
    yield from queries.faults(named)
    for path, root in _under("permissions_root/", documents).items():
        yield from references.mapping_faults(path, root, files, queries.names(named))
    if manifest.PATH in documents:
        yield from manifest.faults(documents[manifest.PATH], version)
        yield from manifest.disagreement(documents[manifest.PATH], named)


def _parsed(files: Mapping[str, str], documents: dict[str, Element]) -> Iterator[Problem]:
    """Fill `documents` with the XML files that are well formed; the problems are those of the others."""
    for path, text in files.items():
        if path.endswith(".xml"):
            try:
                documents[path] = parse(path, text)
            except PackageError as fault:
                yield from fault.problems


def _under(folder: str, files: Mapping[str, Content]) -> dict[str, Content]:
    return {path: content for path, content in files.items() if path.startswith(folder)}
