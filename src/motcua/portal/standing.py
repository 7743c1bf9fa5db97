"""How a procedure stands at the moment its page is asked for, in the reader's words."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from motcua.catalogue.queries import Published, published
from motcua.dossiers.actions.drafts import takes_online
from motcua.dossiers.queries.standing import Organisation, procedure_standing
from motcua.portal import wording

_MOST_KEPT = 8192


@dataclass(frozen=True)
class Standing:
    """A procedure now: its version in force, what nobody confirmed, whether it is filed here, who decides."""

    version: Published
    doubts: frozenset[str]
    online: bool
    door: bool
    places: tuple[str, ...]
    executing: tuple[str, ...]

    @property
    def may_file(self) -> bool:
        """Whether a dossier can be filed here now."""
        return self.online and self.door


def standing(code: str, *, on: date) -> Standing | None:
    """Return how a procedure stands on a day, in the reader's language; None where none is in force."""
    now = procedure_standing(code, on=on)
    if now is None:
        return None
    version = published(now.version_id)
    return Standing(
        version=version,
        doubts=now.doubts,
        online=takes_online(version),
        door=now.door,
        places=_places(version.id, on, wording.language(), now.organisation),
        executing=_executing(version.id, on, now.organisation),
    )


@lru_cache(maxsize=_MOST_KEPT)
def _places(version_id: UUID, on: date, language: str, organisation: Organisation) -> tuple[str, ...]:
    """Name who decides; kept as long as the day, the language and the organisation are the same."""
    return tuple(wording.place_words(published(version_id).record, on=on))


@lru_cache(maxsize=_MOST_KEPT)
def _executing(version_id: UUID, on: date, organisation: Organisation) -> tuple[str, ...]:
    return tuple(wording.executing_here(published(version_id).record, on=on))
