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


def extension_in_time(dossier: Dossier, *, at: datetime) -> bool:
    """Tell whether the due day is still as many days off as the law of the day wants for an extension."""
    if dossier.due_at is None:
        return False
    today = local_day(at)
    return (local_day(dossier.due_at) - today).days >= provision(Number.EXTENSION_DAYS_BEFORE, on=today).value


def supplement_left(dossier: Dossier, *, at: datetime) -> bool:
    """Tell whether a supplement may still be asked for, be it on a further ground."""
    made = SupplementRequest.objects.filter(dossier=dossier).count()
    return made < supplements_allowed(dossier, at=at) or bool(further_grounds(dossier, at=at))


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
