"""Dossiers as lines of a queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.catalogue.queries import published
from motcua.desk.wording import Timekeeper, TimeLeft
from motcua.dossiers import words
from motcua.dossiers.queries import Queued
from motcua.kit.templatetags.ui import stamp
from motcua.rules.transitions import State
from motcua.workflow.queries import step_title


@dataclass(frozen=True)
class Line:
    """What a line of a queue says."""

    id: UUID
    title: str
    number: str
    applicant: str
    state: str
    left: TimeLeft
    meta: str
    holder: str


def lines(rows: Iterable[Queued], *, at: datetime) -> list[Line]:
    """Return dossiers as lines with their step, the time left said in working time."""
    keeper = Timekeeper(at)
    return [_line(row, keeper) for row in rows]


def _line(row: Queued, keeper: Timekeeper) -> Line:
    language = "en" if words.in_english() else "vi"
    if row.state == State.IN_PROGRESS:
        left = keeper.left(row.due_at, row.competent_id)
    elif row.state == State.FILED:
        left = keeper.left(row.acknowledge_by, row.receiving_id)
    else:
        left = TimeLeft(str(words.STATES[State(row.state)]), "")
    filed = _("nộp %(when)s") % {"when": stamp(row.filed_at)} if row.filed_at else ""
    channel = str(words.CHANNELS.get(row.channel, ""))
    return Line(
        row.id,
        published(row.version_id).name(language),
        row.number,
        row.applicant_name,
        row.state,
        left,
        " · ".join(part for part in (filed, channel) if part),
        step_title(row.process_id, row.step, language),
    )
