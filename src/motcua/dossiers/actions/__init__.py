"""What people do to a dossier, in the order of its life."""

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
from motcua.dossiers.actions.handling import extend_deadline, hand_over, take_task
from motcua.dossiers.actions.intake import file_dossier
from motcua.dossiers.actions.moving import UnableToMove
from motcua.dossiers.actions.reception import accept_dossier, refuse_dossier
from motcua.dossiers.actions.slips import control_sheet
from motcua.dossiers.actions.supplement import FaultData, request_supplement, resubmit_dossier
from motcua.dossiers.actions.unlisted import UnlistedPapers
from motcua.dossiers.actions.versions import note_version

__all__ = [
    "CounterPaper",
    "FaultData",
    "PartyData",
    "UnableToMove",
    "UnlistedPapers",
    "accept_dossier",
    "attach_file",
    "attach_paper",
    "control_sheet",
    "decide_dossier",
    "discard_draft",
    "extend_deadline",
    "file_dossier",
    "follow_newest",
    "hand_over",
    "note_version",
    "open_door",
    "receive_at_counter",
    "refuse_dossier",
    "remove_paper",
    "request_supplement",
    "resubmit_at_counter",
    "resubmit_dossier",
    "return_result",
    "save_office",
    "save_people",
    "start_draft",
    "stop_dossier",
    "take_task",
    "takes_online",
    "withdraw_dossier",
]
