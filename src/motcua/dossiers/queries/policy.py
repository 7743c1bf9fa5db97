"""How often a date may be moved and a supplement asked for: as the procedure's version says, else the law of the day."""

from datetime import datetime

from motcua.catalogue.format import DeadlinePolicy, SupplementGround
from motcua.catalogue.queries import published
from motcua.dossiers.models import Dossier, SupplementRequest
from motcua.rules.localday import local_day
from motcua.rules.statute import Number, provision


def extensions_allowed(dossier: Dossier, *, at: datetime) -> int:
    """Return how often the due time of a dossier may be extended."""
    own = _policy(dossier)
    if own is not None and own.extensions is not None:
        return own.extensions
    return provision(Number.EXTENSIONS_ALLOWED, on=local_day(at)).value


def supplements_allowed(dossier: Dossier, *, at: datetime) -> int:
    """Return how often a supplement may be asked for without a further ground."""
    own = _policy(dossier)
    if own is not None and own.supplements is not None:
        return own.supplements
    return provision(Number.SUPPLEMENTS_ALLOWED, on=local_day(at)).value


def grounds_listed(dossier: Dossier) -> tuple[SupplementGround, ...]:
    """Return the grounds on which the dossier's version allows one more request each."""
    own = _policy(dossier)
    return own.grounds if own else ()


def further_grounds(dossier: Dossier, *, at: datetime) -> tuple[SupplementGround, ...]:
    """Return the grounds on which one more request may be made now; none while the usual ones are not used up."""
    grounds = grounds_listed(dossier)
    if not grounds:
        return ()
    used = list(SupplementRequest.objects.filter(dossier=dossier).values_list("more", flat=True))
    if len(used) < supplements_allowed(dossier, at=at):
        return ()
    return tuple(ground for ground in grounds if ground.key not in used)


def _policy(dossier: Dossier) -> DeadlinePolicy | None:
    return published(dossier.version_id).record.deadline_policy
