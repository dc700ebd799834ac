"""The command behind `make plugin`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from plugin.district import District, DistrictError
from plugin.package import PackageError, build


def main(argv: Sequence[str] | None = None) -> int:
    """Build the archive and print its path, or print one line for each reason why not and return 1."""
    given = _parser().parse_args(argv)
    try:
        district = District.load(given.district)
        print(build(given.root, given.sidecar_url, district, given.out))
    except (DistrictError, PackageError, OSError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make plugin", description="Build the archive that PowerSchool installs.")
    parser.add_argument(
        "--sidecar-url",
        default=os.environ.get("SIDECAR_URL", ""),
        help="where the sidecar runs, as https://host (default: the variable SIDECAR_URL)",
    )
    parser.add_argument(
        "--district",
        type=Path,
        default=Path(os.environ.get("DISTRICT_FILE", "district.toml")),
        help="the district's own names (default: the variable DISTRICT_FILE, else district.toml)",
    )
    parser.add_argument("--out", type=Path, default=Path("dist"), help="the folder for the archive (default: dist)")
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: this folder)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
