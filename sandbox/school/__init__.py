"""A stand-in for PowerSchool that installs our plugin archive: portals, sign-in, and named queries."""

from sandbox.school.api.endpoints import Call
from sandbox.school.people.accounts import Account
from sandbox.school.people.page_security import Level
from sandbox.school.switches import Switch
from sandbox.school.system import SchoolSystem

__all__ = ["Account", "Call", "Level", "SchoolSystem", "Switch"]
