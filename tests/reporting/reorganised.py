"""Reorganisations for figures: who follows whom is written down, and the dossiers pass by the action that passes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from motcua.dossiers.actions.passing import Way, pass_dossiers
from motcua.dossiers.models import AgencyHandover, Dossier
from motcua.organisation.models import Agency, Reorganisation, Succession
from motcua.organisation.queries import lines, territories_of
from motcua.rules.figures import Happening
from motcua.rules.localday import local_day

_NOBODY = UUID(int=0)


def reorganise(at: datetime, *links: dict[str, Any], on: date | None = None) -> Reorganisation:
    """Let agencies follow each other from a day on (that of `at`), and let their open dossiers pass at `at`."""
    day = on or local_day(at)
    plan = Reorganisation.objects.create(
        title="Sắp xếp", legal_basis="NQ 1", effective_on=day, state="applied", drafted_at=at, drafted_label="Thử",
        approved_at=at, approved_by=UUID(int=1), approved_label="Thử", begun_at=at, applied_at=at,
    )  # fmt: skip
    for link in links:
        Succession.objects.create(
            **{"reorganisation": plan, "effective_on": day, "fallback": False, "ends": False} | link
        )
    sources = sorted({link["predecessor"].id for link in links})
    stands = territories_of(sources, on=day - timedelta(days=1))
    _pass(Way(plan.id, day, lines(), posts={}, stands=stands, heads={}, functions={}), sources, at)
    return plan


def _pass(way: Way, agencies: list[UUID], at: datetime) -> None:
    after: UUID | None = _NOBODY
    while after is not None:
        after = pass_dossiers(way, agencies, after=after, at=at, most=7).reached


def link(before: Agency, then: Agency, **more: Any) -> dict[str, Any]:
    """Say that an agency follows another; `place` and `procedure` say for what."""
    names = {"place": "territory_code", "procedure": "procedure_id"}
    return {"predecessor": before, "successor": then} | {names.get(name, name): more[name] for name in more}


def passed(dossier: Dossier, side: str) -> tuple[UUID, list[Happening]]:
    """Return who had a dossier at first, and to whom it passed: `competent` or `receiving`."""
    rows = list(AgencyHandover.objects.filter(dossier=dossier).order_by("place"))
    first = getattr(rows[0], f"from_{side}") if rows else getattr(dossier, f"{side}_agency_id")
    return UUID(str(first)), [Happening("passed", row.at, agency=getattr(row, f"to_{side}")) for row in rows]
