"""What came of a search, in one mail to those whom the LEA named: numbers, and what is left to do by hand. No names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

from plugin.reports.detection.overview import Cause, causes
from plugin.reports.in_words import day_and_time
from plugin.reports.letters import TEMPLATES, headed, lea_name
from plugin.reports.notices.settings import settings_of
from plugin.reports.services import Services
from plugin.store.mail_record import Mail
from plugin.store.releases import Telling
from plugin.store.searched import Progress
from plugin.store.searches import Search


@dataclass(frozen=True)
class Summary:
    """`releases` counts what was found by how far its telling is and whether it is blocked."""

    search: Search
    progress: Progress
    releases: Mapping[tuple[Telling, bool], int]

    @property
    def found(self) -> int:
        return self._count(lambda telling, blocked: True)

    @property
    def told(self) -> int:
        return self._count(lambda telling, blocked: telling is Telling.TOLD)

    @property
    def nobody(self) -> int:
        return self._count(lambda telling, blocked: telling is Telling.NOBODY)

    @property
    def refused(self) -> int:
        return self._count(lambda telling, blocked: telling is Telling.REFUSED)

    @property
    def unknown(self) -> int:
        return self._count(lambda telling, blocked: telling is Telling.UNKNOWN)

    @property
    def off(self) -> int:
        return self._count(lambda telling, blocked: telling is Telling.OFF)

    @property
    def on_their_way(self) -> int:
        return self._count(lambda telling, blocked: telling in {Telling.WAITING, Telling.SENDING})

    @property
    def blocked(self) -> int:
        return self._count(lambda telling, blocked: blocked)

    @property
    def by_hand(self) -> int:
        """Each once, though one may be blocked and have no address as well."""
        untold = {Telling.NOBODY, Telling.REFUSED, Telling.UNKNOWN}
        return self._count(lambda telling, blocked: blocked or telling in untold)

    @property
    def failures(self) -> list[Cause]:
        return causes(self.progress.failures)

    def _count(self, which: Callable[[Telling, bool], bool]) -> int:
        return sum(number for (telling, blocked), number in self.releases.items() if which(telling, blocked))


def summary_of(services: Services, search_id: int) -> Summary:
    searches = services.searches
    return Summary(searches.one(search_id), searches.progress(search_id), services.tellings.of_search(search_id))


def sum_up(services: Services) -> None:
    """Put the summaries that are due on their way: once a search, to nobody where the LEA named nobody."""
    now = services.now()
    for ended in services.tellings.to_sum_up(now):
        named = settings_of(services, ended.lea_cds).summary_to
        services.mails.sum_up(ended.search_id, ended.lea_cds, named, now, domain=services.domain)


def summary_letter(services: Services, mail: Mail, sender: str) -> EmailMessage:
    """What a summary says, as of now: plain text, and the same as HTML."""
    told = summary_of(services, mail.search_id or 0)
    facts = {
        "lea": lea_name(services, mail.lea_cds),
        "told": told,
        "begun": day_and_time(told.search.begun_at),
        "address": f"{services.address}/launch/report-manager",
    }
    subject = TEMPLATES.get_template("summary.subject").render(facts).strip()
    message = headed(mail, subject, Address("California score reports", addr_spec=sender), services.now())
    message.set_content(TEMPLATES.get_template("summary.txt").render(facts))
    message.add_alternative(TEMPLATES.get_template("summary.html").render(facts), subtype="html")
    return message
