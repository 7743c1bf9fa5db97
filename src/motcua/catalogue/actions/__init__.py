"""What is done to the catalogue: publishing, importing, confirming, withdrawing, posting, announcing."""

from motcua.catalogue.actions.confirming import (
    UnableToConfirm,
    accept_all,
    accept_doubt,
    ask_about,
    correct,
    take_imported,
)
from motcua.catalogue.actions.importing import Imported, import_records
from motcua.catalogue.actions.publishing import UnableToPublish, publish_version, set_uses
from motcua.catalogue.actions.withdrawing import (
    UnableToWithdraw,
    decide_withdrawal,
    withdraw_procedure,
)

__all__ = [
    "Imported",
    "UnableToConfirm",
    "UnableToPublish",
    "UnableToWithdraw",
    "accept_all",
    "accept_doubt",
    "ask_about",
    "correct",
    "decide_withdrawal",
    "import_records",
    "publish_version",
    "set_uses",
    "take_imported",
    "withdraw_procedure",
]
