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

__all__ = [
    "AgencyRef",
    "Applied",
    "Establishment",
    "PlanData",
    "TerritoryData",
    "UnableToArrange",
    "UnableToReorganise",
    "appoint",
    "arrange_delegation",
    "change_facts",
    "create_post",
    "delegate",
    "draft_reorganisation",
    "drop_reorganisation",
    "end_absence",
    "end_delegation",
    "establish_agency",
    "locked_reorganisation",
    "note_absence",
    "open_desk",
    "operations_of",
    "propose_reorganisation",
    "register_territories",
    "return_reorganisation",
    "save_reorganisation",
]
