"""The next number of an agency on a day: none is lost and none is given twice."""

from datetime import date
from uuid import UUID

from motcua.dossiers.actions.moving import UnableToMove
from motcua.kit import sql
from motcua.rules.numbering import NumberRefused, NumberTemplate

_NEXT_NUMBER = """
INSERT INTO dossiers_numbersequence (agency_id, day, last) VALUES (%s, %s, 1)
ON CONFLICT (agency_id, day) DO UPDATE SET last = dossiers_numbersequence.last + 1
RETURNING last
"""


def next_number(agency_id: UUID, code: str, template: str, day: date) -> str:
    """Take the next number in the caller's transaction; `UnableToMove` (no_number_code) for an agency without a code."""
    if not code:
        raise UnableToMove("no_number_code")
    taken = sql.row(_NEXT_NUMBER, [agency_id, day])
    assert taken is not None
    try:
        return NumberTemplate.parse(template).format(agency=code, day=day, sequence=taken[0])
    except NumberRefused:
        raise UnableToMove("no_number_code") from None
