"""The mails about credentials: what happened, what to do step by step, which other systems to tell.

Never a secret key, never a user name: a mail is read by whoever gets hold of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage

import jinja2

from plugin.errors import SchoolSystemUnavailable
from plugin.model import PACIFIC
from plugin.reports.asking_state import standings
from plugin.reports.in_words import day, day_and_time
from plugin.reports.reminding import ALERTS
from plugin.reports.services import Services
from plugin.store.mail_record import Mail

TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("plugin", "templates/mails"),
    autoescape=jinja2.select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def letter(services: Services, mail: Mail, sender: str) -> EmailMessage:
    """What this mail says today: plain text, and the same as HTML."""
    name = mail.kind if mail.kind in ALERTS else "due"
    facts = {"name": name, **_facts(services, mail)}
    subject = TEMPLATES.get_template(f"{name}.subject").render(facts).strip()
    message = headed(mail, subject, Address("California score reports", addr_spec=sender), services.now())
    message.set_content(TEMPLATES.get_template(f"{name}.txt").render(facts))
    message.add_alternative(TEMPLATES.get_template(f"{name}.html").render(facts), subtype="html")
    return message


def headed(mail: Mail, subject: str, sender: Address, now: datetime.datetime) -> EmailMessage:
    """A message with what every mail of ours begins with, and nothing in it."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = mail.recipient
    message["Date"] = now
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    return message


def _facts(services: Services, mail: Mail) -> Mapping[str, object]:
    now = standings(services)[mail.lea_cds]
    return {
        "lea": lea_name(services, mail.lea_cds),
        "days": now.days,
        "expires_on": day(now.record.expires_on) if now.record else "",
        "word": now.word,
        "since": day_and_time(mail.since),
        "noticed": day_and_time(mail.made_at),
        "late": services.today() > mail.since.astimezone(PACIFIC).date(),
        "other_systems": services.contacts.of(mail.lea_cds).other_systems,
        "address": f"{services.address}/launch/setup",
    }


def lea_name(services: Services, cds: str) -> str:
    """The LEA's own name; its code where PowerSchool can't tell now, for a mail must not wait for that."""
    try:
        return {lea.cds: lea.name for lea in services.recent_roster.leas()}.get(cds, cds)
    except SchoolSystemUnavailable:
        return cds
