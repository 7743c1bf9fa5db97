"""What is done to the catalogue: publishing, importing, confirming, withdrawing, posting, announcing."""

from motcua.catalogue.actions.announcing import (
    Decision,
    UnableToAnnounce,
    amend_announcement,
    record_announcement,
)
from motcua.catalogue.actions.confirming import (
    UnableToConfirm,
    accept_all,
    accept_doubt,
    ask_about,
    correct,
    take_imported,
)
from motcua.catalogue.actions.importing import Imported, import_records
from motcua.catalogue.actions.posting import (
    Finding,
    UnableToPost,
    check_postings,
    post_versions,
    remove_postings,
)
from motcua.catalogue.actions.publishing import UnableToPublish, publish_version, set_uses
from motcua.catalogue.actions.withdrawing import (
    UnableToWithdraw,
    decide_withdrawal,
    withdraw_procedure,
)

__all__ = [
    "Decision",
    "Finding",
    "Imported",
    "UnableToAnnounce",
    "UnableToConfirm",
    "UnableToPost",
    "UnableToPublish",
    "UnableToWithdraw",
    "accept_all",
    "accept_doubt",
    "amend_announcement",
    "ask_about",
    "check_postings",
    "correct",
    "decide_withdrawal",
    "import_records",
    "post_versions",
    "publish_version",
    "record_announcement",
    "remove_postings",
    "set_uses",
    "take_imported",
    "withdraw_procedure",
]
