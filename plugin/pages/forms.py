"""The forms that browsers send, with every field checked before anything is asked."""

from __future__ import annotations

import flask_babel
from flask_wtf import FlaskForm
from wtforms import SelectField

from plugin.model import SchoolYear
from plugin.reports import assessments
from plugin.reports.requesting import Choice


class GetReportForm(FlaskForm):
    assessment = SelectField(flask_babel.lazy_gettext("Assessment"))
    year = SelectField(flask_babel.lazy_gettext("Test year"))

    def offer(self, this_year: SchoolYear, further: set[str]) -> None:
        """Fill the lists. `further` are years that the state returned beyond the running one and three before."""
        known = {str(SchoolYear(this_year.starts - back)) for back in range(4)}
        self.assessment.choices = [("", flask_babel.gettext("All"))] + [
            (value, flask_babel.gettext(name)) for value, name in assessments.choices()
        ]
        self.year.choices = [("", flask_babel.gettext("All available years"))] + [
            (year, year) for year in sorted(known | further, reverse=True)
        ]

    def choice(self) -> Choice:
        return Choice(self.assessment.data, SchoolYear.parse(self.year.data))

    def in_words(self) -> dict[str, str]:
        """What is chosen, as a page says it: the assessment's name, and every year that is meant."""
        assessment, years = dict(self.assessment.choices), [year for year, _ in self.year.choices if year]
        return {
            "assessment": assessment.get(self.assessment.data, self.assessment.data),
            "years": self.year.data or ", ".join(years),
        }
