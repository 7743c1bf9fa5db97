"""Every cross-area reaction, in one table: which event makes which area act.

A reaction runs in a job after the event's transaction has committed; run twice, it must then do nothing.
"""

from collections.abc import Mapping

from motcua.calendars.events import CalendarChanged
from motcua.catalogue.events import VersionPublished
from motcua.dossiers import events
from motcua.dossiers.jobs import (
    begin_applying,
    begin_following,
    begin_putting_back,
    begin_recomputation,
    follow_posts_now,
    note_new_version,
    send_apology,
    send_to_partner,
    take_partner_answers,
    tell_applicant,
    tell_of_missing_paper,
    tell_of_opinion,
    warn_of_limit,
)
from motcua.journal.events import JournalEvent, Reaction
from motcua.organisation.events import OfficeClosed, OfficeReopened, ReorganisationFinished
from motcua.workflow.events import InFlightUndoAsked, ProcessPublished

_TELL = (Reaction("tell_applicant", tell_applicant),)
# By the name that waits in outboxes from before letters were approved.
_SEND = (Reaction("tell_applicant", send_apology),)
_OPINION = (Reaction("tell_of_opinion", tell_of_opinion),)
# What agencies outside the system hear: of their own part, and of papers that were given anew.
_WRITE = (Reaction("send_to_partner", send_to_partner),)

_FOLLOW_POSTS = (Reaction("follow_posts_now", follow_posts_now),)

REACTIONS: Mapping[type[JournalEvent], tuple[Reaction, ...]] = {
    VersionPublished: (Reaction("note_new_version", note_new_version),),
    CalendarChanged: (Reaction("begin_recomputation", begin_recomputation),),
    ProcessPublished: (Reaction("begin_following", begin_following),),
    InFlightUndoAsked: (Reaction("begin_putting_back", begin_putting_back),),
    events.MovesApproved: (Reaction("begin_applying", begin_applying),),
    events.DossierFiled: _TELL,
    events.DossierAccepted: _TELL,
    events.DossierRefused: _TELL,
    events.SupplementRequested: _TELL,
    events.DossierResubmitted: _TELL + _WRITE,
    events.DeadlineExtended: _SEND,
    events.ApologyApproved: _SEND,
    events.DeadlineWarned: (Reaction("warn_of_limit", warn_of_limit),),
    events.DueMoved: _TELL,
    events.DossierDecided: _TELL,
    events.DossierStopped: _TELL,
    events.DossierReopened: _TELL,
    events.OpinionAsked: _OPINION,
    events.OpinionGiven: _OPINION,
    events.OpinionOverdue: _OPINION,
    events.PartnerAsked: _WRITE,
    events.PartnerReplied: (Reaction("tell_of_missing_paper", tell_of_missing_paper),),
    events.DossierWithdrawn: _WRITE,
    OfficeClosed: _FOLLOW_POSTS,
    OfficeReopened: _FOLLOW_POSTS,
    ReorganisationFinished: _FOLLOW_POSTS,
    events.PartnerAnswered: (Reaction("take_partner_answers", take_partner_answers),),
}
