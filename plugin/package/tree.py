"""From a checkout to the files of the archive: which belong in it, and what the build fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from plugin.district import District
from plugin.package import district_queries, manifest, queries
from plugin.package.elements import parse
from plugin.package.problems import Problem

SIDECAR_URL = "@SIDECAR_URL@"

#: What PowerSchool's installer takes from an archive's root. Letters count: another case is another name here.
FOLDERS = ("MessageKeys", "pagecataloging", "permissions_root", "queries_root", "web_root")

_POINTS = r"content\.header|content\.footer|leftnav\.footer|page\.header|report\.tabs|student\.alert"

#: Every path that an archive of ours may hold.
KNOWN = re.compile(
    r"plugin\.xml"
    r"|MessageKeys/ca_score_reports\.[A-Z]{2}_[a-z]{2}\.properties"
    r"|pagecataloging/\w+\.json"
    r"|permissions_root/[\w.]+\.permission_mappings\.xml"
    r"|queries_root/[\w.]+\.named_queries\.xml"
    r"|web_root/(admin|teachers|guardian)/(\w+/)*\w+\.html"
    rf"|web_root/(admin|teachers|guardian|wildcards)/(\w+/)*\w+\.ca_score_reports\.({_POINTS})\.txt",
    re.ASCII,
)


def read(root: Path) -> tuple[dict[str, str], list[Problem]]:
    """The files that the archive's folders hold, path → text, and what else stands in their place."""
    files, problems = {}, []
    found = (path for folder in FOLDERS for path in (root / folder, *(root / folder).rglob("*")))
    for path in (root / manifest.PATH, *(path for path in found if path.is_symlink() or not path.is_dir())):
        name = path.relative_to(root).as_posix()
        try:
            files[name] = _text(path)
        except OSError as fault:
            problems.append(Problem(name, 0, str(fault.strerror or fault)))
        except UnicodeDecodeError as fault:
            problems.append(Problem(name, fault.object.count(b"\n", 0, fault.start) + 1, "this is no text in UTF-8"))
    if district_queries.PATH in files:
        problems.append(Problem(district_queries.PATH, 0, "the build makes this file itself, from district.toml"))
    return files, problems


def _text(path: Path) -> str:
    """Raises OSError for whatever else than a file stands there, and does not wait for a pipe."""
    if path.is_symlink():
        raise OSError("this is a link to another place")
    if not path.is_file():
        raise OSError("this is missing, or is no file")
    return path.read_text(encoding="utf-8")


def fill(files: Mapping[str, str], sidecar_url: str, district: District) -> dict[str, str]:
    """The files with the sidecar's address and the district's own fields and revision in them."""
    filled = {path: text.replace(SIDECAR_URL, sidecar_url) for path, text in files.items()}
    if district.fields:
        filled[district_queries.PATH] = district_queries.document(district.fields.values())
    if manifest.PATH in filled:
        filled[manifest.PATH] = _revised(filled[manifest.PATH], district.revision)
        filled[manifest.PATH] = _requesting(filled[manifest.PATH], filled.get(district_queries.PATH))
    return filled


def strangers(files: Mapping[str, str]) -> Iterator[Problem]:
    """Files that no installer of a plugin knows what to do with, places left unfilled, and signs that nobody sees."""
    for path, text in files.items():
        if not KNOWN.fullmatch(path):
            yield Problem(path, 0, "this file has no place in a plugin archive")
        for place in re.finditer(r"@\w+@|[\0-\x08\x0b-\x1f\x7f\ufeff]", text):
            what = f"{place[0]} was not filled in" if place[0].isprintable() else f"{place[0]!r} has no place in a text"
            yield Problem(path, text.count("\n", 0, place.start()) + 1, what)


def _revised(plugin: str, revision: int) -> str:
    return re.sub(r'(<plugin\b[^>]*\sversion="[0-9.]+)"', rf'\1.{revision}"', plugin) if revision else plugin


def _requesting(plugin: str, generated: str | None) -> str:
    """The manifest, its access_request grown by the columns of the generated queries."""
    if generated is None:
        return plugin
    asked = {f"{table}.{field}".upper() for table, field in re.findall(r'table="(\w+)" field="(\w+)"', plugin)}
    wanted = {column for column, _ in queries.read(parse(district_queries.PATH, generated))}
    fields = "".join(
        '    <field table="{}" field="{}" access="ViewOnly"/>\n'.format(*column.split("."))
        for column in sorted(wanted - asked)
    )
    return re.sub(r"[ \t]*</access_request>", lambda end: fields + end[0], plugin)
