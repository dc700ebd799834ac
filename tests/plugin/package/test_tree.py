"""Which files belong in the archive."""

from __future__ import annotations

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
    assert "web_root/admin/picture.html: this file is missing or is not text" in tree.refusals()


def test_a_link_to_a_file_elsewhere_is_refused(tree) -> None:
    (tree.root / "web_root/admin/secrets.html").symlink_to("/etc/hostname")
    assert "web_root/admin/secrets.html: this is a link to another file" in tree.refusals()


def test_files_beside_the_archives_folders_are_left_alone(tree) -> None:
    tree.write("README.md", "hello")
    tree.write("docs/notes.md", "hello")
    assert tree.build()
