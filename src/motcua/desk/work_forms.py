"""Forms of the daily work: tasks given on, comments, opinions, reopenings, absences, delegations."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.forms import DateField, PlainForm, UploadField

Choices = Sequence[tuple[str, str]]


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class SeenTaskForm(PlainForm):
    """A task as the person saw it: who had it."""

    holder = forms.CharField(widget=forms.HiddenInput, required=False)


class GiveBackForm(SeenTaskForm):
    """Why a task goes back to the common queue."""

    reason = forms.CharField(
        label=lazy("Lý do trả lại hàng chờ chung"),
        max_length=1000,
        help_text=lazy("Trưởng phòng và người nhận sau đọc được"),
        widget=_area(3),
    )


class GiveTaskForm(SeenTaskForm):
    """To which colleague a task goes."""

    to = forms.ChoiceField(label=lazy("Giao cho"))
    note = forms.CharField(label=lazy("Lời nhắn gửi kèm"), max_length=1000, required=False, widget=_area(3))

    def __init__(self, data: Any = None, *, people: Choices, **options: Any) -> None:
        super().__init__(data, **options)
        self.nobody = not people
        self.fields["to"].choices = [("", str(lazy("Chọn người nhận"))), *people]  # type: ignore[attr-defined]


class CommentForm(PlainForm):
    """Something that is said inside."""

    text = forms.CharField(
        label=lazy("Nội dung trao đổi"),
        max_length=4000,
        help_text=lazy(
            "Chỉ cán bộ giải quyết hồ sơ đọc được; người nộp không thấy. Gửi rồi thì không sửa được."
        ),
        widget=_area(3),
    )


class AskOpinionForm(PlainForm):
    """What another agency is asked, and until when."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    agency = forms.ChoiceField(label=lazy("Cơ quan được hỏi"))
    question = forms.CharField(
        label=lazy("Nội dung cần cho ý kiến"),
        max_length=4000,
        help_text=lazy("Hỏi từng điểm, nêu rõ cần trả lời gì. Cơ quan được hỏi xem được giấy tờ của hồ sơ."),
        widget=_area(5),
    )
    days = forms.IntegerField(
        label=lazy("Trả lời trong mấy ngày làm việc?"),
        min_value=1,
        max_value=60,
        help_text=lazy("Tính theo lịch của cơ quan được hỏi. Thời hạn của hồ sơ vẫn chạy."),
        widget=forms.NumberInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None, *, agencies: Choices, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["agency"].choices = [("", str(lazy("Chọn cơ quan"))), *agencies]  # type: ignore[attr-defined]


class GiveOpinionForm(PlainForm):
    """The opinion of an agency that was asked."""

    answer = forms.CharField(label=lazy("Ý kiến trả lời"), max_length=8000, widget=_area(6))
    document = UploadField(label=lazy("Văn bản kèm theo"), required=False)


class CallOffForm(PlainForm):
    """Why an opinion is not asked for any more."""

    reason = forms.CharField(label=lazy("Vì sao thôi hỏi?"), max_length=1000, widget=_area(2))


class ReopenForm(PlainForm):
    """By which decision a dossier is reopened, and why."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    decision_number = forms.CharField(
        label=lazy("Số, ký hiệu quyết định"), max_length=80, help_text=lazy("Ví dụ: 15/QĐ-UBND")
    )
    decided_on = DateField(label=lazy("Ngày quyết định"), future=False)
    reason = forms.CharField(
        label=lazy("Lý do mở lại"),
        max_length=1000,
        help_text=lazy("Người dân đọc được. Viết câu ngắn, rõ: kết quả sai ở đâu."),
        widget=_area(4),
    )
    days = forms.IntegerField(
        label=lazy("Thời hạn theo quyết định, ngày làm việc"),
        min_value=1,
        max_value=180,
        required=False,
        help_text=lazy("Để trống thì tính theo thời hạn của thủ tục"),
        widget=forms.NumberInput({"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )


class AbsenceForm(PlainForm):
    """Who is away, from when to when."""

    person = forms.ChoiceField(label=lazy("Ai vắng mặt?"))
    first = DateField(label=lazy("Ngày đầu vắng mặt"), past=False)
    last = DateField(
        label=lazy("Ngày cuối vắng mặt"),
        past=False,
        help_text=lazy("Từ ngày đầu, không việc mới nào giao cho người này. Việc đang giữ vẫn giữ nguyên."),
    )

    def __init__(self, data: Any = None, *, people: Choices, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]


class DelegationForm(PlainForm):
    """Whose duties are done by whom, from when to when, on what ground."""

    post = forms.ChoiceField(label=lazy("Nhiệm vụ của vị trí"))
    person = forms.ChoiceField(label=lazy("Ủy quyền cho"))
    first = DateField(label=lazy("Ngày đầu ủy quyền"), past=False)
    last = DateField(label=lazy("Ngày cuối ủy quyền"), past=False)
    legal_basis = forms.CharField(
        label=lazy("Văn bản ủy quyền"), max_length=240, help_text=lazy("Ví dụ: Giấy ủy quyền số 12/UQ-UBND")
    )

    def __init__(self, data: Any = None, *, posts: Choices, people: Choices, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["post"].choices = list(posts)  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", str(lazy("Chọn người nhận"))), *people]  # type: ignore[attr-defined]
