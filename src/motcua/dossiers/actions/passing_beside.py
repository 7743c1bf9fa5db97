"""What stands beside the dossiers in a reorganisation: opinions that were asked of agencies that end."""

from datetime import datetime

from django.db import transaction

from motcua.dossiers.actions.passing import Way
from motcua.journal.events import SYSTEM
from motcua.kit import sql

_ASKED = """
SELECT o.id, o.agency_id, o.dossier_id, d.place_code, d.procedure_id FROM dossiers_opinion o
JOIN dossiers_dossier d ON d.id = o.dossier_id WHERE o.state = 'asked' AND o.agency_id = ANY(%s)
ORDER BY o.id FOR UPDATE OF o
"""
_ASK_ANEW = """
UPDATE dossiers_opinion SET agency_id = %(to)s WHERE id = %(id)s AND asking_agency_id <> %(to)s AND NOT EXISTS (
  SELECT 1 FROM dossiers_opinion other WHERE other.dossier_id = %(dossier)s AND other.agency_id = %(to)s
    AND other.state = 'asked')
"""
_CALL_OFF = """
UPDATE dossiers_opinion SET state = 'called_off', ended_at = %s, ended_label = %s WHERE id = %s
"""


@transaction.atomic
def settle_beside(way: Way, *, at: datetime) -> int:
    """Let opinions that were asked of agencies that ended be asked of who follows; return how many.

    Where the one who follows was asked already, or is the one who asks, the question is called off.
    """
    rows = sql.rows(_ASKED, [[agency for agency in way.sources if agency not in way.only]])
    way.know_places(way.stands.get(row[1], "") for row in rows)
    moved = 0
    for opinion, agency, dossier, place, procedure in rows:
        to, _ = way.heir(agency, place, procedure)
        if to == agency:
            continue
        moved += 1
        if not sql.run(_ASK_ANEW, {"id": opinion, "to": to, "dossier": dossier}):
            sql.run(_CALL_OFF, [at, SYSTEM.label, opinion])
    return moved
