"""Where the matter of a dossier lies, for agencies that work at more than one place."""

from collections.abc import Iterable
from datetime import date

from motcua.organisation.queries import AgencyFacts, territories_below


def places_to_choose(agencies: Iterable[AgencyFacts], *, on: date) -> list[tuple[str, str]]:
    """Return (code, name) of the places that may be named where one of these agencies works at several; else none.

    Should such an agency be divided by place one day, the dossier goes to who follows there.
    """
    return territories_below({row.territory_code for row in agencies if row.level != "commune"}, on=on)
