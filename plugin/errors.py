"""Every failure that we expect, with what its page says to each audience.

A failure's class attributes are the one table of texts: `title` for all, then `administrator`, `teacher` and
`family` (parents, students, and whoever is not signed in). `_` marks what families read, to be translated where it is
shown; administrators and teachers read English. `%(name)s` in a text is filled from the facts that the failure was
raised with. Facts never hold a secret, a link, an SSID or a name.
"""

from __future__ import annotations

from typing import ClassVar

from plugin.wording import _


class Failure(Exception):
    """An expected failure: `status` is the HTTP status of its page, `cause` the word kept in the audit."""

    status: ClassVar[int] = 500
    cause: ClassVar[str] = "internal"
    title: ClassVar[str] = _("Something went wrong")
    administrator: ClassVar[str] = "The fault is in this service. Its log says more under the number below."
    teacher: ClassVar[str] = "Please try again later. If it stays like this, tell the office."
    family: ClassVar[str] = _("Please try again later. If it stays like this, tell the school office.")

    def __init__(self, **facts: str | int) -> None:
        super().__init__(self.cause)
        self.facts = facts


# --- Between the browser and us: each is a page of its own ------------------------------------------------


class NotSignedIn(Failure):
    status = 401
    cause = "not_signed_in"
    title = _("Please sign in through PowerSchool")
    family = _("Sign in to PowerSchool and choose Score Reports there.")


class SignInRefused(Failure):
    status = 403
    cause = "sign_in_refused"
    title = _("We could not sign you in")
    administrator = "PowerSchool's answer could not be trusted. Go back to PowerSchool and open the page again."
    teacher = administrator
    family = _("Please go back to PowerSchool and choose Score Reports again.")


class Forbidden(Failure):
    status = 403
    cause = "forbidden"
    title = _("This page is not open to you")
    administrator = (
        "An administrator of this service decides which group may open which page. Ask them to open it for your group."
    )
    teacher = "If you need it, ask the office."
    family = _("If you think this is wrong, ask the school office.")


class NotFound(Failure):
    """Somebody else's student, a school out of reach and a number that does not exist: all the same page."""

    status = 404
    cause = "not_found"
    title = _("There is nothing here for you to see")
    administrator = "There is no such page or student within the schools that your account may see."
    teacher = "There is no such page or student in your classes of today."
    family = _("There is no such page or student on your account.")


class NoChildren(NotFound):
    """A parent for whom PowerSchool names no student today."""

    cause = "no_children"
    title = _("There is no student on your account today")
    family = _(
        "PowerSchool does not name a student whose score reports this account may see today. Please ask the school "
        "office to check the student's contacts and your access. A report can also be given to you on paper."
    )


class OwnReportsClosed(NotFound):
    """A student who may not (yet) see the own reports: the district's setting `student_self_access`."""

    cause = "own_reports_closed"
    title = _("Your score reports are shown to your family")
    family = _(
        "Your school district shows your score reports to your parents or guardians. Please look at them together, or "
        "ask the school office."
    )


class BadRequest(Failure):
    status = 400
    cause = "bad_request"
    title = _("We could not read this request")
    family = _("Go back, reload the page and send the form again.")
    administrator = teacher = family


class LinkExpired(Failure):
    status = 410
    cause = "link_expired"
    title = _("This link has expired")
    family = _("For safety, links to score reports work for 30 minutes. The report itself is still there.")
    administrator = teacher = family


class SchoolSystemUnavailable(Failure):
    status = 503
    cause = "school_system_unavailable"
    title = _("PowerSchool is not answering")
    administrator = (
        "We could not ask PowerSchool what your account may see, so nothing is shown. What happened: %(tried)s. "
        "Try again in a few minutes."
    )
    teacher = "We could not check your classes, so nothing is shown. Please try again in a few minutes."
    family = _("We could not check your account, so nothing is shown. Please try again in a few minutes.")


class AuditUnavailable(Failure):
    status = 503
    cause = "audit_unavailable"
    title = _("Score reports can't be opened right now")
    administrator = (
        "The access record could not be written, and no report is handed out without a record. "
        "Try again in a few minutes."
    )
    teacher = "Please try again in a few minutes."
    family = _("Please try again in a few minutes.")


# --- Between us and the state: shown in the place of results -----------------------------------------------


class StateFailure(Failure):
    """A failure of Get Report. Shown on the Score Reports page itself, which is then as good as any."""

    status = 200


class NoSsid(StateFailure):
    cause = "no_ssid"
    title = _("A number that the state needs is missing")
    administrator = (
        "The state finds reports by Statewide Student Identifier (SSID), and PowerSchool has none for this student. "
        "Fill in State Student Number under State/Province – CA, or wait until CALPADS has assigned one. The state was "
        "not asked."
    )
    teacher = "The school's record lacks a number that the state needs. Please ask the office."
    family = _(
        "The school's record lacks a number that the state needs. Please ask the school office. "
        "Nothing is wrong with your account."
    )


class SsidUnknown(StateFailure):
    cause = "ssid_unknown"
    title = _("The state does not find this student")
    administrator = "Compare the SSID in PowerSchool with the one in CALPADS, and correct it where it differs."
    teacher = "Please ask the office to check the student's state number."
    family = _("Please ask the school office to check the student's state number.")


class NotEnrolledHere(StateFailure):
    cause = "not_enrolled_here"
    title = _("The state does not show this student in this district")
    administrator = (
        "For the state, CALPADS decides which district a student belongs to. Check the enrollment in CALPADS; "
        "the state reads it every night, so a change takes about 48 hours to arrive."
    )
    teacher = "The state has not yet recorded the enrollment here. Please ask the office."
    family = _("The state has not yet recorded the move to this school. Please try again in a few days.")


class CredentialsMissing(StateFailure):
    cause = "credentials_missing"
    title = _("Score reports are not available right now")
    administrator = "No state-issued credentials are saved for %(lea)s. Nothing was asked of the state."
    teacher = "The office knows. Please try again later."
    family = _("The school office knows. Please try again later. Nothing is wrong with your account.")


class CredentialsExpired(CredentialsMissing):
    cause = "credentials_expired"
    administrator = "The state-issued credentials of %(lea)s expired on %(expired)s. Enter new ones."


class CredentialsRejected(CredentialsMissing):
    cause = "credentials_rejected"
    administrator = (
        "The state refuses the credentials saved for %(lea)s. They may be mistyped, ended, or replaced by newer "
        "ones made for another system: only the newest set works."
    )


class CredentialsReplaced(CredentialsRejected):
    """They worked, are not due, and are refused after one renewal: somebody made a newer set for another system."""

    cause = "credentials_replaced"
    administrator = (
        "The state refuses the credentials of %(lea)s, which worked before: somebody has made a newer set, perhaps for "
        "another system. Only the newest works. Enter it under Electronic Reporting Communication Setup."
    )


class CredentialsUnreadable(CredentialsMissing):
    """They stand in the database, but under a key that this service no longer has."""

    cause = "credentials_unreadable"
    administrator = "The credentials saved for %(lea)s can't be opened with this service's keys. Enter them again."


class StateSlow(StateFailure):
    cause = "state_slow"
    title = _("The state's service is not answering")
    administrator = "What happened: %(tried)s. Your credentials are not the cause. Try again later."
    teacher = "Please try again later."
    family = _("Please try again later. Your reports are safe.")


class StateBusy(StateSlow):
    """It wants to be asked later (429). The fact `retry_after` is in seconds, 0 where it doesn't say."""

    cause = "state_busy"
    title = _("The state's service is busy")


class StateDown(StateSlow):
    cause = "state_down"
    title = _("The state's service has a fault")


class StateUntrusted(StateDown):
    """Over TLS it could not prove who it is, so nothing was sent. To ask again would change nothing."""

    cause = "state_untrusted"
    administrator = (
        "The state's service could not prove who it is: %(tried)s. So nothing was sent to it, no student's number and "
        "no credentials. Asking again will not help: tell whoever runs this service."
    )


class StateUnreadable(StateSlow):
    """An answer that does not keep the contract: not JSON, another student's, too long, a redirect."""

    cause = "state_unreadable"
    title = _("The state's service gave an answer that we can't read")
    administrator = "What was wrong: %(tried)s. The interface may have changed. Tell whoever runs this service."


class ReleaseBlocked(StateFailure):
    """The school system says that this student's records are not to be released, or can't say that they may be."""

    status = 403  # of a View; in the place of results it is shown like the others
    cause = "release_blocked"
    title = _("This report can't be shown here")
    administrator = "The release is blocked in PowerSchool. You see the report; families and teachers do not."
    teacher = "It is not available here. Please ask the office."
    family = _("The school will give you the report another way. Please ask the school office.")


#: Every state failure by its cause, to show again what was kept with the results.
STATE_FAILURES: dict[str, type[StateFailure]] = {
    kind.cause: kind
    for kind in (
        NoSsid,
        SsidUnknown,
        NotEnrolledHere,
        CredentialsMissing,
        CredentialsExpired,
        CredentialsRejected,
        CredentialsReplaced,
        CredentialsUnreadable,
        StateSlow,
        StateBusy,
        StateDown,
        StateUntrusted,
        StateUnreadable,
        ReleaseBlocked,
    )
}
