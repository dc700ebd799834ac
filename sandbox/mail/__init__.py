"""A stand-in for the district's mail server: it takes every mail, keeps it for reading, and delivers none."""

from sandbox.mail.catcher import MailCatcher
from sandbox.mail.caught import Caught

__all__ = ["Caught", "MailCatcher"]
