"""The built-in words of notices to families, in English: plain, without names, results or jargon."""

from __future__ import annotations

from plugin.wording import _

#: A report is there, in the portal; or it is there and blocked, and the school hands it over another way.
RELEASED, BLOCKED = "released", "blocked"

SUBJECT = _("New score report: $program $year")
_BEGINNING = (
    _("Dear parent or guardian,"),
    _("A new state test score report is ready for a student in your care: $program, school year $year."),
)
_END = (
    _("For your safety, this message shows no name and no results. Nobody will ask you for your password."),
    "$district",
)
#: Paragraphs, each translated as a whole.
PARAGRAPHS = {
    RELEASED: (
        *_BEGINNING,
        _("How to see it:\n1. Sign in to the PowerSchool portal as usual: $portal\n2. Choose Score Reports there."),
        _("You can look at it there at any time: score reports stay for about three years."),
        _("If your account does not work, or if you do not find the report, the school office will help you."),
        _("You can also ask for the report on paper, or for a talk about the results. Whom to ask: $contact"),
        *_END,
    ),
    BLOCKED: (
        *_BEGINNING,
        _(
            "To keep your family's data safe, this report is not shown in the PowerSchool portal. "
            "The school gives it to you in another way."
        ),
        "$how",
        _("You can also ask for a talk about the results. Whom to ask: $contact"),
        *_END,
    ),
}
