"""Taking in one file: what is wrong with it is said beside its box, and nothing half-written remains."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.accounts.queries import actor, signed_in
from motcua.documents.actions import UnableToKeepFile
from motcua.dossiers import actions, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.actions import UnableToMove
from motcua.kit import clock
from motcua.kit.fields import MEGABYTE
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
        form.add_error("file", _fault(refused, upload.name))
        return 422
    except UnableToMove as refused:
        form.add_error(None, words.refusal(refused.code, refused.facts))
        return 422
    except StoreFull:
        form.add_error("file", _no_space(upload.name))
        return 503
    return 200


def _fault(refused: UnableToKeepFile, name: str) -> str:
    said = {
        "empty": _("Tệp “%(name)s” không có nội dung. Chọn lại tệp khác."),
        "not_accepted": _("Không nhận loại tệp của “%(name)s”. Chụp ảnh hoặc lưu thành PDF rồi chọn lại."),
        "not_what_it_says": _(
            "Nội dung của “%(name)s” không đúng với đuôi tên tệp. Lưu lại đúng loại rồi chọn lại."
        ),
        "too_large": _(
            "Tệp “%(name)s” lớn hơn %(mb)s MB. Chụp lại với cỡ nhỏ hơn, hoặc gộp các trang thành một tệp PDF nhẹ hơn."
        ),
    }
    largest = int(refused.facts.get("largest", 0)) // MEGABYTE
    return said[refused.code] % {"name": name, "mb": largest}


def _no_space(name: str) -> str:
    return _(
        "Kho lưu tệp của chúng tôi tạm hết chỗ nên chưa nhận được “%(name)s”. Những gì đã lưu vẫn còn nguyên: "
        "hãy thử lại sau ít phút, hoặc nộp giấy tờ này tại bộ phận một cửa."
    ) % {"name": name}
