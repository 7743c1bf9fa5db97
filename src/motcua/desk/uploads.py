"""What is said of a file that could not be kept."""

from motcua.documents.actions import UnableToKeepFile
from motcua.dossiers import words
from motcua.kit.store import StoreFull


def said_of_upload(refused: UnableToKeepFile | StoreFull, name: str) -> str:
    """Say why a file was not kept, and what to do."""
    if isinstance(refused, UnableToKeepFile):
        return words.file_refusal(refused.code, name, largest=int(refused.facts.get("largest", 0)))
    return words.file_refusal("no_space", name)
