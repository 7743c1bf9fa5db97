"""A plan that comes as a file, or a head that is typed: whichever is given, and nothing of it is lost."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit import clock
from motcua.kit.forms import DateField
from motcua.office.calendar_boxes import quiet, text_box
from motcua.office.plan_forms import HeadForm
from motcua.office.plan_frame import names_for
from motcua.office.wording import grouped
from motcua.organisation.plan_words import agencies_in, fault
from motcua.rules.reorganisation import Fault, Plan, PlanRefused, read_plan

MOST_BYTES = 64 * 1024 * 1024
# A longer text is not laid into a page to be mended there.
MOST_SHOWN = 1024 * 1024
MOST_FAULTS = 500


class NewPlanForm(HeadForm):
    """A plan that is begun: by its head, or by its file."""

    title = text_box(lazy("Tên kế hoạch"), max_length=240, help_text=lazy("Ví dụ: Sắp xếp các xã năm 2026"))
    act = text_box(
        lazy("Văn bản"), max_length=240, help_text=lazy("Ví dụ: Nghị quyết 12/NQ-HĐND ngày 05/11/2026")
    )
    effective = quiet(DateField(label=lazy("Ngày có hiệu lực"), required=False, past=False))
    file = quiet(
        forms.FileField(
            label=lazy("Tệp kế hoạch"),
            required=False,
            allow_empty_file=True,
            help_text=lazy("Mỗi dòng một thao tác (JSON, mã UTF-8). Tên, văn bản và ngày lấy theo tệp."),
            widget=forms.FileInput({"accept": ".jsonl,.json,.txt"}),
        )
    )
    text = quiet(
        forms.CharField(
            label=lazy("Nội dung tệp đã chọn"),
            required=False,
            strip=False,
            widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
            help_text=lazy("Sửa được ngay ở đây; chọn tệp khác thì thay, xóa hết thì bỏ"),
        )
    )

    data: Any
    plan: Plan | None = None
    faults: tuple[Fault, ...] = ()

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        self.unreadable, self.whole = "", ""
        if self.is_bound and (upload := self.files.get("file")) is not None:
            self._take(upload)

    def _take(self, upload: "UploadedFile[Any]") -> None:
        """Keep what a file says as text, so that nothing has to be chosen again."""
        if (upload.size or 0) > MOST_BYTES:
            self.unreadable = _("Tệp lớn quá 64 MB. Chia thành nhiều kế hoạch.")
            return
        content = upload.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.unreadable = _("Tệp không phải mã UTF-8. Lưu lại dạng UTF-8 rồi chọn lại.")
            return
        if "\0" in text:
            self.unreadable = _("Tệp này không phải tệp chữ. Chọn tệp kế hoạch.")
            return
        if not text.strip():
            self.unreadable = _("Tệp này trống. Chọn tệp kế hoạch.")
            return
        self.whole = text
        self.data["text"] = text if len(content) <= MOST_SHOWN else ""

    @property
    def has_text(self) -> bool:
        """Whether there is the text of a file."""
        return bool(str(self["text"].value() or "").strip())

    def clean(self) -> dict[str, Any]:
        """Read the file if there is one; else see that the head says all."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        text = self.whole or str(given.get("text") or "")
        if self.unreadable:
            self.add_error("file", ValidationError(self.unreadable, code="unreadable"))
        elif text.strip():
            self._read(text)
        else:
            self._head(given)
        return given

    def _read(self, text: str) -> None:
        # What was typed beside a file is not asked for: the file says it.
        for name in ("title", "act", "effective"):
            self.errors.pop(name, None)
        try:
            self.plan = read_plan(text)
        except PlanRefused as refused:
            self.faults = refused.faults
            said = _("Tệp còn %(n)s lỗi; sửa các dòng nêu dưới đây") % {"n": grouped(len(refused.faults))}
            self.add_error("text" if self.has_text else "file", ValidationError(said, code="faulty"))

    def _head(self, given: dict[str, Any]) -> None:
        texts = {
            "title": _("Nhập tên kế hoạch"),
            "act": _("Nhập số, ký hiệu văn bản"),
            "effective": _("Nhập ngày có hiệu lực"),
        }
        for name, text in texts.items():
            if name not in self.errors and not given.get(name):
                self.add_error(name, ValidationError(text, code="required"))

    @property
    def told(self) -> list[dict[str, Any]]:
        """The faults of the file in words, each with its line."""
        shown = self.faults[:MOST_FAULTS]
        keys = agencies_in(shown)
        names = names_for((), on=clock.today(), only=keys) if keys else {}
        return [{"line": one.line, "text": fault(one, names)} for one in shown]

    @property
    def more_faults(self) -> int:
        """How many faults are not shown."""
        return max(len(self.faults) - MOST_FAULTS, 0)
