"""Keeping the doubts of a procedure: found once, kept while the source says the same, gone when it does not."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.catalogue.fields import LIMITS, channel_field, limits_source
from motcua.catalogue.models import ProcedureDoubt
from motcua.catalogue.queries import WAITING
from motcua.catalogue.sources.reading import Doubt, Reason
from motcua.catalogue.sources.wording import limit_in_words

_State = ProcedureDoubt.State
# Cleaning that is certain: told in the report, but nothing for a person to decide.
_CERTAIN = frozenset({Reason.NOT_NFC, Reason.INVISIBLE_CHARACTERS, Reason.FOOTER_REMOVED})


def digest_of_source(source: str) -> str:
    """Return the SHA-256 of a source text, in hexadecimal."""
    return hashlib.sha256(source.encode()).hexdigest()


def to_confirm(content: Mapping[str, Any], doubts: Iterable[Doubt]) -> list[Doubt]:
    """Return what a person has to settle: the doubts that are for people, and the limits as a whole.

    Limits of an imported content want a person's word even where they were read with certainty; of a content
    of our own only those that carry a doubt do.
    """
    found = [doubt for doubt in doubts if doubt.reason not in _CERTAIN]
    several = len(content["cases"]) > 1
    rows = content["channels"]
    if content.get("origin") is not None:
        read = "; ".join(dict.fromkeys(limit_in_words(row["limit"]) for row in rows if row["limit"]))
        found.append(Doubt(LIMITS, limits_source(content), read, Reason.UNCONFIRMED))
        return found
    for row in rows:
        if row.get("limit_doubt"):
            words = limit_in_words(row["limit"]) if row["limit"] else ""
            field = channel_field(row, "limit", several=several)
            found.append(Doubt(field, row["limit_source"], words, Reason.UNCONFIRMED))
    return found


def find(procedure_id: UUID, doubts: Iterable[Doubt], *, at: datetime, reason: Reason | None = None) -> int:
    """Bring a procedure's rows in line with what was found now; return how many are new.

    A doubt that was settled stays settled. One that the source no longer gives is gone; one that is gone and
    comes back is open again. With `reason` only rows of that reason are looked at.
    """
    rows = ProcedureDoubt.objects.filter(procedure_id=procedure_id)
    if reason is not None:
        rows = rows.filter(reason=reason)
    known = {(row.field, row.reason, row.source_digest): row for row in rows}
    seen = set()
    new, back = [], []
    for doubt in doubts:
        key = (doubt.field[:160], str(doubt.reason), digest_of_source(doubt.source))
        if key in seen:
            continue
        seen.add(key)
        row = known.get(key)
        if row is None:
            new.append(
                ProcedureDoubt(
                    procedure_id=procedure_id,
                    field=key[0],
                    source=doubt.source,
                    source_digest=key[2],
                    parsed=doubt.parsed,
                    reason=key[1],
                    found_at=at,
                )
            )
        elif row.state == _State.GONE:
            back.append(row.id)
        elif row.parsed != doubt.parsed and row.state in WAITING:
            ProcedureDoubt.objects.filter(id=row.id).update(parsed=doubt.parsed)
    ProcedureDoubt.objects.bulk_create(new)
    if back:
        ProcedureDoubt.objects.filter(id__in=back).update(
            state=_State.OPEN, found_at=at, decided_by=None, decided_label="", decided_at=None, note=""
        )
    gone = [row.id for key, row in known.items() if key not in seen and row.state in WAITING]
    if gone:
        ProcedureDoubt.objects.filter(id__in=gone).update(state=_State.GONE, decided_at=at)
    return len(new) + len(back)
