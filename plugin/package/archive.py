"""The zip file: the same bytes from the same files, whoever builds it, wherever and whenever."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path


def write(files: Mapping[str, str], path: Path) -> Path:
    """Write the files (path in the archive → text) in the order of their names.

    Nothing of the machine goes in: no time, owner or mode of a file. They are stored as they are, because two versions
    of a compressor do not write the same bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name].encode())
    return path
