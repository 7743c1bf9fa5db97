"""What people do to a dossier, in the order of its life."""

from motcua.dossiers.actions.apologies import (
    approve_apology,
    draft_apology,
    mark_apology_sent,
    note_late_cause,
    reject_apology,
)
from motcua.dossiers.actions.counter import CounterPaper, receive_at_counter, resubmit_at_counter
from motcua.dossiers.actions.decision import decide_dossier, return_result
from motcua.dossiers.actions.doors import open_door
from motcua.dossiers.actions.drafts import (
    PartyData,
    attach_file,
    attach_paper,
    discard_draft,
    follow_newest,
    remove_paper,
    save_office,
    save_people,
    start_draft,
    takes_online,
)
from motcua.dossiers.actions.endings import stop_dossier, withdraw_dossier
from motcua.dossiers.actions.handling import hand_over, take_task
from motcua.dossiers.actions.intake import file_dossier
from motcua.dossiers.actions.moving import UnableToMove
from motcua.dossiers.actions.partners import take_answers
from motcua.dossiers.actions.reception import accept_dossier, refuse_dossier
from motcua.dossiers.actions.recomputing import (
    UnableToDecide,
    apply_moves,
    approve_moves,
    open_recomputation,
    overtake_ended,
    recompute,
)
from motcua.dossiers.actions.slips import control_sheet
from motcua.dossiers.actions.supplement import FaultData, request_supplement, resubmit_dossier
from motcua.dossiers.actions.unlisted import UnlistedPapers
from motcua.dossiers.actions.versions import note_version
from motcua.dossiers.actions.warning import warn_of_deadlines

__all__ = [
    "CounterPaper",
    "FaultData",
    "PartyData",
    "UnableToDecide",
    "UnableToMove",
    "UnlistedPapers",
    "accept_dossier",
    "apply_moves",
    "approve_apology",
    "approve_moves",
    "attach_file",
    "attach_paper",
    "control_sheet",
    "decide_dossier",
    "discard_draft",
    "draft_apology",
    "file_dossier",
    "follow_newest",
    "hand_over",
    "mark_apology_sent",
    "note_late_cause",
    "note_version",
    "open_door",
    "open_recomputation",
    "overtake_ended",
    "receive_at_counter",
    "recompute",
    "refuse_dossier",
    "reject_apology",
    "remove_paper",
    "request_supplement",
    "resubmit_at_counter",
    "resubmit_dossier",
    "return_result",
    "save_office",
    "save_people",
    "start_draft",
    "stop_dossier",
    "take_answers",
    "take_task",
    "takes_online",
    "warn_of_deadlines",
    "withdraw_dossier",
]
