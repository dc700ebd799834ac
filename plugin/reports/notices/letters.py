"""The mails to families: that a report is there and how to see it, in their language and in English below.

Never a child's name, a score, an SSID or a link that signs in: a mail is read by whoever gets hold of it.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage

from plugin.model import Lea
from plugin.reports.due_dates import Program
from plugin.reports.languages import of_tag
from plugin.reports.letters import TEMPLATES, headed
from plugin.reports.notices.parts import in_plain, parts
from plugin.reports.services import Services
from plugin.store.mail_record import Mail


def family_letter(services: Services, lea: Lea, mail: Mail, sender: str) -> EmailMessage:
    """What this mail says: plain text, and the same as HTML."""
    release = services.tellings.release_of(mail.message_id)
    written = parts(services, lea, of_tag(mail.language), mail.kind, Program(release.program), release.year)
    message = headed(mail, written[0].text.subject, _from(lea, sender), services.now())
    message["List-Id"] = f"<score-reports.{services.domain}>"
    message.set_content(in_plain(written))
    message.add_alternative(TEMPLATES.get_template("family.html").render(parts=written), subtype="html")
    message["Content-Language"] = ", ".join(part.tag for part in written)  # the verbs above drop it
    return message


def _from(lea: Lea, sender: str) -> Address:
    """The district's own name, so that families know the sender; without what no header takes."""
    return Address(" ".join("".join(sign for sign in lea.name if sign.isprintable()).split()), addr_spec=sender)
