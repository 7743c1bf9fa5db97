"""What its procedure asks of a dossier, and which version says so: the one it began under, or a later one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from motcua.catalogue.differences import DECLARED, changed_parts
from motcua.catalogue.format import ChannelRecord, ComponentGroup, ComponentRecord, ProcedureRecord, Words
from motcua.catalogue.models import ProcedureVersion
from motcua.catalogue.queries import Published, content_of, governing, newest_of, published
from motcua.dossiers.models import IN_FLIGHT, Dossier
from motcua.rules.deadlines import Limit
from motcua.rules.shares import Share
from motcua.rules.transitions import State

# Acceptance pins the version; before it a filed dossier goes by the newest one.
_NOT_PINNED = frozenset({State.FILED, State.AWAITING_APPLICANT})


def _channel_row(record: ProcedureRecord, channel: str, case: str) -> ChannelRecord:
    rows = record.channels_of(case) or record.channels_of(record.cases[0].key)
    by_channel = {row.channel.value: row for row in rows}
    return by_channel.get(channel) or by_channel.get("counter") or rows[0]


def limit_for(record: ProcedureRecord, *, channel: str, case: str) -> Limit | None:
    """Return the time limit of a channel and case; the counter's or the first one's where none is given."""
    row = _channel_row(record, channel, case)
    return Limit.from_json(row.limit) if row.limit else None


def shares_for(record: ProcedureRecord, *, channel: str, case: str) -> tuple[Share, ...]:
    """Return the parts of the limit of a channel and case by who does them, one after the other; empty for none."""
    phases = _channel_row(record, channel, case).phases
    return tuple(
        Share(phase.name, Limit.from_json(phase.limit), place)
        for place, phase in enumerate(phases, 1)
        if phase.limit is not None
    )


def limit_unread(record: ProcedureRecord, *, channel: str, case: str) -> bool:
    """Tell whether the source states a limit for this channel and case that nobody could read so far.

    Nothing can be promised by such a limit, and "no limit" would be untrue. In a content kept by hand a doubt
    is the remark of whoever decided.
    """
    return record.origin is not None and _channel_row(record, channel, case).limit_unread


def components_needed(record: ProcedureRecord, case: str) -> list[ComponentRecord]:
    """Return the papers that a dossier of a case hands in: not those only shown, and no line of a source of which
    nobody has confirmed yet that it is a paper.
    """
    rows = record.components_of(case)
    return [row for row in rows if row.group is ComponentGroup.SUBMIT and not row.unread]


def holding(dossier: Dossier, field: str, *, on: date) -> Published:
    """Return the version whose `field` holds for a dossier on a day.

    For a draft it is its own, for a filed one the newest (acceptance will take that), then what `governing`
    says of the version that acceptance pinned. A version that has no such case any more changes nothing.
    """
    own = published(dossier.version_id)
    if dossier.state == State.DRAFT:
        return own
    pinned = dossier.state not in _NOT_PINNED
    found = governing(own, field, on=on) if pinned else published(newest_of(dossier.procedure_id, on=on))
    return found if dossier.case in {case.key for case in found.record.cases} else own


def papers_listed(dossier: Dossier, *, on: date) -> list[ComponentRecord]:
    """Return the papers that may be asked of a dossier on a day, in the order of the procedure."""
    return components_needed(holding(dossier, "components", on=on).record, dossier.case)


def paper_names(dossier: Dossier, *, on: date) -> dict[str, Words]:
    """Return the names of papers by key, of the version that it began under and of the one that holds now."""
    own, now = published(dossier.version_id), holding(dossier, "components", on=on)
    return {item.key: item.name for version in (own, now) for item in version.record.components}


@dataclass(frozen=True)
class VersionNote:
    """What a later version changes for a dossier; `follows` gives the day of each field, None for at once."""

    number: int
    effective_from: date
    stays: tuple[str, ...]
    follows: dict[str, date | None]
    at: datetime


def noted(data: Mapping[str, Any], *, at: datetime) -> VersionNote:
    """Return what an event `dossier.version_changed` says, from its data."""
    return VersionNote(
        data["number"],
        date.fromisoformat(data["effective_from"]),
        tuple(data["stays"]),
        {field: date.fromisoformat(day) if day else None for field, day in data["follows"].items()},
        at,
    )


@dataclass(frozen=True)
class VersionDifference:
    """What a version changes against the one before it, and what it says of dossiers in flight."""

    version_id: UUID
    procedure_id: UUID
    number: int
    effective_from: date
    stays: tuple[str, ...]
    follows: dict[str, str | None]


def what_changes(version_id: UUID) -> VersionDifference:
    """Return by field what a published version changes for dossiers in flight: it stays or it follows."""
    row = ProcedureVersion.objects.get(id=version_id, published_at__isnull=False)
    before = (
        ProcedureVersion.objects.filter(
            procedure_id=row.procedure_id, number__lt=row.number, published_at__isnull=False
        )
        .order_by("-number")
        .values_list("id", flat=True)
        .first()
    )
    said = set(changed_parts(content_of(before), content_of(row.id))) if before else set()
    changed = [part for part in DECLARED if part in said]
    follows = {
        field: row.in_flight[field].get("from")
        for field in changed
        if row.in_flight.get(field, {}).get("policy") == "follow"
    }
    stays = tuple(field for field in changed if field not in follows)
    return VersionDifference(row.id, row.procedure_id, row.number, row.effective_from, stays, follows)


def later_versions(procedure_id: UUID, *, number: int) -> list[UUID]:
    """Return the published versions of a procedure after the one with this number, in order."""
    rows = ProcedureVersion.objects.filter(
        procedure_id=procedure_id, number__gt=number, published_at__isnull=False
    )
    return list(rows.order_by("number").values_list("id", flat=True))


def in_flight(change: VersionDifference, *, after: UUID | None, most: int) -> list[tuple[UUID, UUID | None]]:
    """Return (dossier, competent agency) of those that run under an earlier version and have no note of this one.

    In the order of their ids, from behind `after`. A dossier that is filed and not yet accepted is not among
    them: acceptance pins it to the version of its day.
    """
    rows = Dossier.objects.filter(
        procedure_id=change.procedure_id, version__number__lt=change.number, state__in=IN_FLIGHT
    ).exclude(version_changes__version_id=change.version_id)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.order_by("id").values_list("id", "competent_agency_id")[:most])


def uses_since(since: datetime, *, until: datetime) -> dict[UUID, int]:
    """Return how many dossiers were filed in [since, until) by procedure; one without any is not named."""
    rows = Dossier.objects.filter(filed_at__gte=since, filed_at__lt=until).order_by()
    return dict(rows.values("procedure_id").annotate(n=Count("id")).values_list("procedure_id", "n"))
