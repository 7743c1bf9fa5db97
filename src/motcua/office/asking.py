"""From the address and the person to what is counted: nobody counts beyond their reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language

from motcua.office import wording
from motcua.office.forms import FiguresForm
from motcua.organisation.queries import Duty
from motcua.reporting.access import NoFigures, agencies_for
from motcua.reporting.periods import Period
from motcua.reporting.queries import Attribution, ReportingAgency, Scope, reporting_agencies
from motcua.rules.localday import local_day


def whole_days_basis() -> str:
    """Return the legal basis on which the whole due day counts as on time; empty: it does not."""
    return str(settings.MOTCUA_WHOLE_DAYS)


@dataclass(frozen=True)
class Asked:
    """A question that was understood: the period, the scope, and the agencies whose rows answer it."""

    form: FiguresForm
    period: Period
    scope: Scope
    agencies: tuple[ReportingAgency, ...]
    agency: ReportingAgency | None

    @property
    def period_name(self) -> str:
        """Name of the period."""
        return wording.period_name(self.form.cleaned_data["ky"], int(self.form.cleaned_data["nam"]))

    @property
    def agency_name(self) -> str:
        """Name of the one agency that is asked for, empty for several."""
        return self.agency.name(get_language() or "vi") if self.agency else ""

    @property
    def reading(self) -> list[str]:
        """Sentences that say how it is counted."""
        first, *others = wording.reading(
            self.scope.attribution,
            whole_days=whole_days_basis(),
            counted_at=self.period.last_moment,
            running=self.form.running,
            parts=self.scope.channel == wording.PARTS,
        )
        return [first, wording.organisation(self.scope.followed_to), *others]

    @property
    def organisation(self) -> str:
        """Whose organisation it is counted by, in a few words."""
        return str(wording.ORGANISATIONS[self.form.cleaned_data["to_chuc"]])

    def link(self, page: str, **more: str) -> str:
        """Return the address of a page of figures with the same question, but for `more`."""
        asked = {name: value for name, value in (self.form.asked | more).items() if value}
        return f"{reverse(f'office:{page}')}?{urlencode(asked)}"


def ask(given: Mapping[str, str], *, duties: tuple[Duty, ...], at: datetime) -> Asked | FiguresForm:
    """Return the question with its scope; or the form with its faults.

    `Http404` for who may see no figures, and for an agency that is not there or not theirs: one answer.
    """
    try:
        reach = agencies_for(duties)
    except NoFigures:
        raise Http404 from None
    form = FiguresForm(given, at=at)
    if not form.is_valid():
        return form
    answers = form.cleaned_data
    period = form.period
    followed_to = local_day(at) if answers["to_chuc"] == wording.NOW else None
    agencies = reporting_agencies(reach, first=followed_to or period.first, last=followed_to or period.last)
    if key := answers["co_quan"]:
        agencies = [agency for agency in agencies if agency.key == key]
        if not agencies:
            raise Http404
    agency = agencies[0] if key else None
    if level := form.chosen("cap"):
        agencies = [each for each in agencies if each.level == level]
    limited = reach is not None or key or level
    scope = Scope(
        agencies=frozenset(each.id for each in agencies) if limited else None,
        attribution=Attribution(answers["tinh_theo"]),
        procedure=form.procedure_id,
        domain=form.chosen("linh_vuc"),
        channel=form.chosen("kenh"),
        whole_days=bool(whole_days_basis()),
        followed_to=followed_to,
    )
    return Asked(form, period, scope, tuple(agencies), agency)
