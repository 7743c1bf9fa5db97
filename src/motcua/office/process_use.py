"""Which procedures run by a process, as its page lists them, and what it means to end one of these uses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.journal.events import Actor
from motcua.kit.forms import PlainForm
from motcua.kit.templatetags.ui import day
from motcua.office.calendar_boxes import text_box
from motcua.workflow.actions import use_process
from motcua.workflow.queries.using import UseFacts, uses_by, uses_of


class EndUseForm(PlainForm):
    """On what ground a procedure runs by the default process again."""

    legal_basis = text_box(lazy("Căn cứ"), max_length=240)


@dataclass(frozen=True)
class Ending:
    """What is given up: the use of today, or, where it only is to come, the plan."""

    use: UseFacts
    now: UseFacts | None

    @property
    def planned(self) -> bool:
        """Whether it has not begun."""
        return self.now is not self.use


def use_lines(
    key: str, named: Callable[[list[UUID]], list[dict[str, Any]]], *, on: date
) -> list[dict[str, Any]]:
    """Return a line for each procedure that runs, or is to run, by a process; `named` gives code and name of each."""
    uses = uses_of(key, on=on)
    names = named([use.procedure_id for use in uses])
    return [
        row | {"planned": use.valid_from > on, "when": _when(use, on)}
        for use, row in zip(uses, names, strict=True)
    ]


def _when(use: UseFacts, on: date) -> str:
    last = day(use.valid_to - timedelta(days=1)) if use.valid_to else ""
    if use.valid_from > on:
        known = {"first": day(use.valid_from), "last": last}
        return (_("từ %(first)s đến hết %(last)s") if last else _("từ %(first)s")) % known
    return _("đến hết %(last)s") % {"last": last} if last else ""


def ending(key: str, procedure_id: UUID, *, on: date) -> Ending | None:
    """Return what would be given up if a procedure left a process; None where it neither runs nor is to run by it."""
    uses = uses_by(procedure_id, on=on)
    now = next((use for use in uses if use.valid_from <= on), None)
    if now is not None and now.key == key:
        return Ending(now, now)
    later = next((use for use in uses if use.key == key), None)
    return Ending(later, now) if later else None


def end_use(found: Ending, *, legal_basis: str, by: Actor, on: date, at: datetime) -> None:
    """Let a procedure run by the default process from today on; of a plan: let all stay as it is today."""
    stays = found.now if found.planned else None
    use_process(
        found.use.procedure_id,
        stays.key if stays else None,
        valid_from=on,
        legal_basis=legal_basis or (stays.legal_basis if stays else ""),
        by=by,
        at=at,
    )
