"""Every cross-area reaction, in one table: which event makes which area act.

A reaction runs in a job after the event's transaction has committed; run twice, it must then do nothing.
"""

from collections.abc import Mapping

from motcua.catalogue.events import VersionPublished
from motcua.dossiers import events
from motcua.dossiers.jobs import note_new_version, tell_applicant
from motcua.journal.events import JournalEvent, Reaction

_TELL = (Reaction("tell_applicant", tell_applicant),)

REACTIONS: Mapping[type[JournalEvent], tuple[Reaction, ...]] = {
    VersionPublished: (Reaction("note_new_version", note_new_version),),
    events.DossierFiled: _TELL,
    events.DossierAccepted: _TELL,
    events.DossierRefused: _TELL,
    events.SupplementRequested: _TELL,
    events.DossierResubmitted: _TELL,
    events.DeadlineExtended: _TELL,
    events.DossierDecided: _TELL,
    events.DossierStopped: _TELL,
}
