"""The organisation: agencies, posts and people in them, and how all of it changes; every row dated."""

from motcua.kit.periods import DateRange
from motcua.organisation.models.agencies import Agency, AgencyVersion, Dated, OneStopDesk, Territory
from motcua.organisation.models.change import (
    Competence,
    PostSuccession,
    Reorganisation,
    Restructuring,
    Succession,
    TerritorySuccession,
)
from motcua.organisation.models.posts import Absence, Delegation, Grant, Holding, Post

# Migrations know the period by this name.
_DateRange = DateRange

__all__ = [
    "Absence",
    "Agency",
    "AgencyVersion",
    "Competence",
    "Dated",
    "Delegation",
    "Grant",
    "Holding",
    "OneStopDesk",
    "Post",
    "PostSuccession",
    "Reorganisation",
    "Restructuring",
    "Succession",
    "Territory",
    "TerritorySuccession",
]
