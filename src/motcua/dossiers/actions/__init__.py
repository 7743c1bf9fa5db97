"""What people do to a dossier, in the order of its life."""

from motcua.dossiers.actions.apologies import (
    approve_apology,
    draft_apology,
    mark_apology_sent,
    note_late_cause,
    reject_apology,
)
from motcua.dossiers.actions.assigning import (
    AssignedTask,
    TickedTask,
    assign_tasks,
    give_back,
    give_task,
)
from motcua.dossiers.actions.comments import comment_inside
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
from motcua.dossiers.actions.opinions import (
    ask_opinion,
    call_off_opinion,
    give_opinion,
    remind_of_opinions,
)
from motcua.dossiers.actions.outside import OutsideAnswer, UnableToAnswer, answer_from_outside
from motcua.dossiers.actions.partner_messages import (
    UnableToMakeKey,
    make_partner_key,
    queue_partner_messages,
    send_partner_messages,
)
from motcua.dossiers.actions.partners import take_answers, take_waiting_answers
from motcua.dossiers.actions.processes import apply_in_flight, put_back_in_flight
from motcua.dossiers.actions.reception import accept_dossier, refuse_dossier
from motcua.dossiers.actions.recomputing import (
    UnableToDecide,
    apply_moves,
    approve_moves,
    open_recomputation,
    overtake_ended,
    recompute,
)
from motcua.dossiers.actions.reopening import reopen_dossier
from motcua.dossiers.actions.reorganising import (
    Progress,
    approve_reorganisation,
    begin_reorganisation,
    continue_reorganisation,
    hold_up_unapplied,
    pass_stragglers,
    reorganise,
)
from motcua.dossiers.actions.slips import control_sheet
from motcua.dossiers.actions.standing_in import follow_posts
from motcua.dossiers.actions.supplement import FaultData, request_supplement, resubmit_dossier
from motcua.dossiers.actions.timers import run_timers
from motcua.dossiers.actions.unlisted import UnlistedPapers
from motcua.dossiers.actions.versions import note_version
from motcua.dossiers.actions.warning import warn_of_deadlines

__all__ = [
    "AssignedTask",
    "CounterPaper",
    "FaultData",
    "OutsideAnswer",
    "PartyData",
    "Progress",
    "TickedTask",
    "UnableToAnswer",
    "UnableToDecide",
    "UnableToMakeKey",
    "UnableToMove",
    "UnlistedPapers",
    "accept_dossier",
    "answer_from_outside",
    "apply_in_flight",
    "apply_moves",
    "approve_apology",
    "approve_moves",
    "approve_reorganisation",
    "ask_opinion",
    "assign_tasks",
    "attach_file",
    "attach_paper",
    "begin_reorganisation",
    "call_off_opinion",
    "comment_inside",
    "continue_reorganisation",
    "control_sheet",
    "decide_dossier",
    "discard_draft",
    "draft_apology",
    "file_dossier",
    "follow_newest",
    "follow_posts",
    "give_back",
    "give_opinion",
    "give_task",
    "hand_over",
    "hold_up_unapplied",
    "make_partner_key",
    "mark_apology_sent",
    "note_late_cause",
    "note_version",
    "open_door",
    "open_recomputation",
    "overtake_ended",
    "pass_stragglers",
    "put_back_in_flight",
    "queue_partner_messages",
    "receive_at_counter",
    "recompute",
    "refuse_dossier",
    "reject_apology",
    "remind_of_opinions",
    "remove_paper",
    "reopen_dossier",
    "reorganise",
    "request_supplement",
    "resubmit_at_counter",
    "resubmit_dossier",
    "return_result",
    "run_timers",
    "save_office",
    "save_people",
    "send_partner_messages",
    "start_draft",
    "stop_dossier",
    "take_answers",
    "take_task",
    "take_waiting_answers",
    "takes_online",
    "warn_of_deadlines",
    "withdraw_dossier",
]
