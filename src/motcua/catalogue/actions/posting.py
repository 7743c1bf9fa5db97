"""The register of what hangs on the notice boards (NĐ 63/2010 Điều 17): putting up, checking, taking down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.catalogue.events import PostingsChecked, PostingsRemoved, ProceduresPosted
from motcua.catalogue.models import Posting, PostingCheck, ProcedureVersion
from motcua.journal import actions as journal
from motcua.journal.events import Actor
from motcua.kit.text import nfc
from motcua.rules.localday import local_day

LONGEST_PLACE, LONGEST_NOTE = 240, 500


class UnableToPost(Exception):
    """The register is not changed.

    Codes: no_place, place_too_long, nothing_chosen, two_of_one (two versions of one procedure for one place),
    day_ahead, before_version, before_posted, no_such_version, not_hanging, bad_finding, note_too_long.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Finding:
    """What somebody found at a posting: a value of `PostingCheck.Finding`, and a note that may be empty."""

    finding: str
    note: str = ""


@transaction.atomic
def post_versions(
    versions: Iterable[UUID], *, agency_id: UUID, place: str, posted_on: date, by: Actor, at: datetime
) -> list[UUID]:
    """Note that printed versions hang at a place of an agency since a local day; return their postings.

    What hung there of the same procedure is taken down the same day. A version that hangs there already, and was
    not found wanting since, keeps its posting. Raises `UnableToPost`.
    """
    chosen = list(dict.fromkeys(versions))
    place = _place(place)
    rows = _versions(chosen, posted_on, at)
    hanging = _hanging_at(agency_id, place, rows)
    found, made = list[UUID](), list[Posting]()
    for row in rows:
        old = hanging.get(row.procedure_id)
        if old is not None and old.version_id == row.id and not _wanting(old):
            found.append(old.id)
            continue
        if old is not None:
            _take_down(old, posted_on, by)
        made.append(_hung(row, agency_id, place, posted_on, by))
    if made:
        event = ProceduresPosted(
            agency_id,
            place=place,
            posted_on=posted_on,
            postings=tuple(row.id for row in made),
            versions=tuple(row.version_id for row in made),
        )
        journal.record(event, by=by, at=at, agency_id=agency_id)
    return found + [row.id for row in made]


@transaction.atomic
def check_postings(findings: Mapping[UUID, Finding], *, agency_id: UUID, by: Actor, at: datetime) -> None:
    """Note what somebody found at postings of an agency that hang there; all or none. Raises `UnableToPost`."""
    if not findings:
        raise UnableToPost("nothing_chosen")
    rows = _hanging(findings, agency_id)
    for row in rows:
        found = findings[row.id]
        if found.finding not in PostingCheck.Finding.values:
            raise UnableToPost("bad_finding")
        note = nfc(found.note).strip()
        if len(note) > LONGEST_NOTE:
            raise UnableToPost("note_too_long")
        PostingCheck.objects.create(
            posting=row, at=at, by=by.id, label=by.label[:160], finding=found.finding, note=note
        )
    event = PostingsChecked(
        agency_id,
        postings=tuple(row.id for row in rows),
        findings=tuple(findings[row.id].finding for row in rows),
    )
    journal.record(event, by=by, at=at, agency_id=agency_id)


@transaction.atomic
def remove_postings(
    postings: Iterable[UUID], *, agency_id: UUID, removed_on: date, by: Actor, at: datetime
) -> None:
    """Note that postings of an agency were taken down on a local day; all or none. Raises `UnableToPost`."""
    rows = _hanging(postings, agency_id)
    if not rows:
        raise UnableToPost("nothing_chosen")
    if removed_on > local_day(at):
        raise UnableToPost("day_ahead")
    for row in rows:
        _take_down(row, removed_on, by)
    event = PostingsRemoved(agency_id, postings=tuple(row.id for row in rows), removed_on=removed_on)
    journal.record(event, by=by, at=at, agency_id=agency_id)


def _place(text: str) -> str:
    place = " ".join(nfc(text).split())
    if not place:
        raise UnableToPost("no_place")
    if len(place) > LONGEST_PLACE:
        raise UnableToPost("place_too_long")
    return place


def _versions(chosen: list[UUID], posted_on: date, at: datetime) -> list[ProcedureVersion]:
    if not chosen:
        raise UnableToPost("nothing_chosen")
    if posted_on > local_day(at):
        raise UnableToPost("day_ahead")
    rows = list(
        ProcedureVersion.objects.filter(id__in=chosen, published_at__isnull=False)
        .select_related("procedure")
        # Two who put up the same procedure at the same place come one after the other.
        .select_for_update(of=("procedure",))
        .order_by("procedure__code")
    )
    if len(rows) != len(chosen):
        raise UnableToPost("no_such_version")
    if len({row.procedure_id for row in rows}) != len(rows):
        raise UnableToPost("two_of_one")
    if any(row.published_at is not None and posted_on < local_day(row.published_at) for row in rows):
        raise UnableToPost("before_version")
    return rows


def _hanging_at(agency_id: UUID, place: str, rows: list[ProcedureVersion]) -> dict[UUID, Posting]:
    found = Posting.objects.select_for_update().filter(
        agency_id=agency_id,
        place=place,
        procedure_id__in=[row.procedure_id for row in rows],
        removed_on__isnull=True,
    )
    return {row.procedure_id: row for row in found}


def _hanging(postings: Iterable[UUID], agency_id: UUID) -> list[Posting]:
    chosen = set(postings)
    rows = Posting.objects.select_for_update().filter(
        id__in=chosen, agency_id=agency_id, removed_on__isnull=True
    )
    found = list(rows.order_by("id"))
    if len(found) != len(chosen):
        raise UnableToPost("not_hanging")
    return found


def _wanting(row: Posting) -> bool:
    """Tell whether the last one who looked found it gone, spoilt or another: then it is hung anew."""
    last = row.checks.order_by("-at", "-id").first()
    return last is not None and last.finding != PostingCheck.Finding.IN_PLACE


def _hung(row: ProcedureVersion, agency_id: UUID, place: str, posted_on: date, by: Actor) -> Posting:
    return Posting.objects.create(
        agency_id=agency_id,
        place=place,
        procedure_id=row.procedure_id,
        version=row,
        posted_on=posted_on,
        posted_by=by.id,
        posted_label=by.label[:160],
    )


def _take_down(row: Posting, removed_on: date, by: Actor) -> None:
    if removed_on < row.posted_on:
        raise UnableToPost("before_posted")
    row.removed_on, row.removed_by, row.removed_label = removed_on, by.id, by.label[:160]
    row.save(update_fields=["removed_on", "removed_by", "removed_label"])
