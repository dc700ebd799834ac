"""Which files belong in the archive."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "web_root/.DS_Store",
        "web_root/README.md",
        "web_root/index.html",
        "web_root/admin/students/ca_score_reports.html~",
        "web_root/admin/students/ca_score_reports.bak.html",
        "web_root/admin/students/more2.other_plugin.leftnav.footer.txt",
        "web_root/admin/students/more2.ca_score_reports.leftnav.middle.txt",
        "web_root/wildcards/__MACOSX/a.txt",
        "queries_root/readme.txt",
        "queries_root/org.cascorereports.named_queries.xml.orig",
        "queries_root/more/org.cascorereports.named_queries.xml",
        "permissions_root/mappings.xml",
        "pagecataloging/ca_score_reports.yaml",
        "MessageKeys/messages.properties",
        "MessageKeys/Thumbs.db",
    ],
)
def test_a_file_that_has_no_place_in_the_archive_is_refused(tree, path: str) -> None:
    tree.write(path, "")
    assert f"{path}: this file has no place in a plugin archive" in tree.refusals()


def test_a_file_that_is_no_text_is_refused(tree) -> None:
    (tree.root / "web_root/admin/picture.html").write_bytes(b"\x89PNG\xff")
    assert "web_root/admin/picture.html: line 1: this is no text in UTF-8" in tree.refusals()


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\ufeff"])
def test_a_sign_that_nobody_sees_is_refused(tree, sign: str) -> None:
    page = "web_root/guardian/ca_score_reports.html"
    tree.refuses(page, "<h1>", f"<h1>{sign}", f"{sign!r} has no place in a text")


def test_a_link_to_a_file_elsewhere_is_refused(tree) -> None:
    (tree.root / "web_root/admin/secrets.html").symlink_to("/etc/hostname")
    assert "web_root/admin/secrets.html: this is a link to another place" in tree.refusals()


@pytest.mark.parametrize("folder", ["web_root", "web_root/admin"])
def test_a_link_to_a_folder_elsewhere_is_refused(tree, folder: str) -> None:
    (tree.root / folder).rename(tree.root / "elsewhere")
    (tree.root / folder).symlink_to(tree.root / "elsewhere")
    assert f"{folder}: this is a link to another place" in tree.refusals()


def test_a_pipe_is_refused_and_not_waited_for(tree) -> None:
    os.mkfifo(tree.root / "web_root/admin/pipe.html")
    assert "web_root/admin/pipe.html: this is missing, or is no file" in tree.refusals()


def test_a_folder_that_is_not_there_is_missed(tree) -> None:
    shutil.rmtree(tree.root / "permissions_root")
    assert "permissions_root: this is missing, or is no file" in tree.refusals()


def test_a_file_in_the_place_of_the_one_that_the_build_makes_is_refused(tree) -> None:
    path = "queries_root/org.cascorereports.district.named_queries.xml"
    tree.write(path, "<queries/>")
    assert f"{path}: the build makes this file itself, from district.toml" in tree.refusals()


def test_files_beside_the_archives_folders_are_left_alone(tree) -> None:
    tree.write("README.md", "hello")
    tree.write("docs/notes.md", "hello")
    assert tree.build()
