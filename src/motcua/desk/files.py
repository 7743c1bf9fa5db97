"""A kept file as the answer to a request, shut off from the rest of the site."""

from typing import BinaryIO

from django.http import FileResponse

from motcua.documents.queries import FileFacts

# Files that a browser may show in its own window; all others are only saved.
_SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})


def file_answer(facts: FileFacts, stream: BinaryIO) -> FileResponse:
    """Return the answer that shows or saves a file; nothing in it may run, load or reach the site."""
    response = FileResponse(
        stream,
        content_type=facts.media_type,
        filename=facts.name,
        as_attachment=facts.media_type not in _SHOWN,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
