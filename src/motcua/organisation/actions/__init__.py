"""What is done to the organisation."""

from motcua.organisation.actions.agencies import (
    AgencyRef,
    Establishment,
    TerritoryData,
    establish_agency,
    open_desk,
    register_territories,
)
from motcua.organisation.actions.applying import Applied, change_facts
from motcua.organisation.actions.closing import UnableToClose, close_office, reopen_office
from motcua.organisation.actions.competences import UnableToEmpower, end_competence, grant_competence
from motcua.organisation.actions.people import (
    UnableToArrange,
    appoint,
    arrange_delegation,
    create_post,
    delegate,
    end_absence,
    end_delegation,
    note_absence,
)
from motcua.organisation.actions.planning import (
    PlanData,
    UnableToReorganise,
    draft_reorganisation,
    drop_reorganisation,
    locked_reorganisation,
    operations_of,
    propose_reorganisation,
    return_reorganisation,
    save_reorganisation,
)
from motcua.organisation.actions.register import (
    RestructuringData,
    UnableToRegister,
    enter_restructuring,
    strike_restructuring,
)

__all__ = [
    "AgencyRef",
    "Applied",
    "Establishment",
    "PlanData",
    "RestructuringData",
    "TerritoryData",
    "UnableToArrange",
    "UnableToClose",
    "UnableToEmpower",
    "UnableToRegister",
    "UnableToReorganise",
    "appoint",
    "arrange_delegation",
    "change_facts",
    "close_office",
    "create_post",
    "delegate",
    "draft_reorganisation",
    "drop_reorganisation",
    "end_absence",
    "end_competence",
    "end_delegation",
    "enter_restructuring",
    "establish_agency",
    "grant_competence",
    "locked_reorganisation",
    "note_absence",
    "open_desk",
    "operations_of",
    "propose_reorganisation",
    "register_territories",
    "reopen_office",
    "return_reorganisation",
    "save_reorganisation",
    "strike_restructuring",
]
