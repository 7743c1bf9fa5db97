"""Every cross-area reaction, in one table: which event makes which area act.

A reaction runs in a job after the event's transaction has committed; run twice, it must then do nothing.
"""

from collections.abc import Mapping

from motcua.calendars.events import CalendarChanged
from motcua.catalogue.events import VersionPublished
from motcua.dossiers import events
from motcua.dossiers.jobs import (
    begin_applying,
    begin_recomputation,
    note_new_version,
    send_apology,
    take_partner_answers,
    tell_applicant,
    warn_of_limit,
)
from motcua.journal.events import JournalEvent, Reaction

_TELL = (Reaction("tell_applicant", tell_applicant),)
# By the name that waits in outboxes from before letters were approved.
_SEND = (Reaction("tell_applicant", send_apology),)

REACTIONS: Mapping[type[JournalEvent], tuple[Reaction, ...]] = {
    VersionPublished: (Reaction("note_new_version", note_new_version),),
    CalendarChanged: (Reaction("begin_recomputation", begin_recomputation),),
    events.MovesApproved: (Reaction("begin_applying", begin_applying),),
    events.DossierFiled: _TELL,
    events.DossierAccepted: _TELL,
    events.DossierRefused: _TELL,
    events.SupplementRequested: _TELL,
    events.DossierResubmitted: _TELL,
    events.DeadlineExtended: _SEND,
    events.ApologyApproved: _SEND,
    events.DeadlineWarned: (Reaction("warn_of_limit", warn_of_limit),),
    events.DueMoved: _TELL,
    events.DossierDecided: _TELL,
    events.DossierStopped: _TELL,
    events.PartnerAnswered: (Reaction("take_partner_answers", take_partner_answers),),
}
