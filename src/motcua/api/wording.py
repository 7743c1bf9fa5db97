"""What other systems are told when something is not taken: a code for programs, words for people."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override

_SAID = {
    "key_needed": lazy("Cần khóa còn hiệu lực của cơ quan trong tiêu đề Authorization: Bearer."),
    "too_many": lazy("Quá nhiều yêu cầu. Hãy thử lại sau ít phút."),
    "request_too_large": lazy("Yêu cầu quá lớn."),
    "not_there": lazy("Không có phần việc hoặc giấy tờ này của cơ quan."),
    "not_json": lazy("Không đọc được nội dung: cần một đối tượng JSON, mã hóa UTF-8."),
    "malformed": lazy("Trường %(field)s chưa đúng; xem mô tả của giao diện."),
    "message_differs": lazy("Mã thư này đã dùng cho một nội dung khác. Hãy dùng mã mới."),
    "title_needed": lazy("Cần tên kết quả."),
    "note_needed": lazy("Cần nêu lý do, hoặc giấy tờ còn thiếu."),
    "file_without_result": lazy("Chỉ gửi tệp kèm kết quả."),
    "bad_base64": lazy("Không đọc được tệp: cần mã hóa base64."),
    "empty": lazy("Tệp rỗng."),
    "not_accepted": lazy("Loại tệp này không được nhận."),
    "not_what_it_says": lazy("Nội dung tệp không đúng với tên tệp."),
    "too_large": lazy("Tệp quá lớn."),
    "called_off": lazy(
        "Hồ sơ đã được rút hoặc đã kết thúc; phần việc này không cần trả lời nữa. Thư được lưu lại."
    ),
    "stopped": lazy("Phần việc này đã dừng. Thư được lưu lại."),
    "answered_before": lazy("Phần việc này đã có kết quả. Thư được lưu lại."),
    "try_later": lazy("Chưa ghi nhận được thư này. Hãy gửi lại đúng thư này sau ít phút."),
}


def known_codes() -> frozenset[str]:
    """Return every code that has words."""
    return frozenset(_SAID)


def said(code: str, field: str = "") -> dict[str, str]:
    """Say what a code means, in Vietnamese and in English."""
    found = {}
    for language in ("vi", "en"):
        with override(language):
            text = str(_SAID[code])
            found[language] = text % {"field": field} if "%(field)s" in text else text
    return found


def problem(
    status: int, code: str, *, field: str = "", retry_after: int | None = None, **more: Any
) -> HttpResponse:
    """Answer that something was not taken: the code, words in both languages, and the field that is meant."""
    told: dict[str, Any] = {"code": code, "message": said(code, field), **more}
    if field:
        told["field"] = field
    answer = JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer
