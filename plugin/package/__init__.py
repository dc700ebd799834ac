"""Builds and checks the plugin archive that PowerSchool installs: `build` makes it, or says every reason why not.

The modules by their reasons: `tree` gathers the files and fills them in; `manifest` (with `limits`), `queries` (with
`sql`), `pages`, `messages` and `references` each refuse what is wrong in one kind of file; `district_queries` makes the
queries for what a district names itself; `archive` writes the zip file.
"""

from plugin.package.building import build
from plugin.package.problems import PackageError, Problem

__all__ = ["PackageError", "Problem", "build"]
