"""Taking in one file: what is wrong with it is said beside its box, and nothing half-written remains."""

from django.http import HttpRequest

from motcua.accounts.queries import actor, signed_in
from motcua.documents.actions import UnableToKeepFile
from motcua.dossiers import actions, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import UnableToMove
from motcua.kit import clock
from motcua.kit.store import StoreFull
from motcua.portal.forms import PaperForm


def attached(request: HttpRequest, dossier: Dossier, *, component: str, form: PaperForm) -> int:
    """Attach the form's file to a component; return 200, or the status of the refusal that the form now says."""
    if not form.is_valid():
        return 422
    upload = form.cleaned_data["file"]
    try:
        actions.attach_file(
            dossier,
            component=component,
            stream=upload.file,
            name=upload.name,
            by=actor(signed_in(request)),
            at=clock.now(),
        )
    except UnableToKeepFile as refused:
        largest = int(refused.facts.get("largest", 0))
        form.add_error("file", words.file_refusal(refused.code, upload.name, largest=largest))
        return 422
    except UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return 422
    except StoreFull:
        form.add_error("file", words.file_refusal("no_space", upload.name))
        return 503
    return 200
