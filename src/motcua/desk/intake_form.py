"""The form of counter intake: one page for the applicant, the place, and the checklist of papers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format import ComponentRecord, ProcedureRecord
from motcua.dossiers import words
from motcua.dossiers.actions import CounterPaper, PartyData
from motcua.dossiers.queries import components_needed
from motcua.kit.forms import DateField, PersonalNumberField, PhoneField, PlainForm, UploadField
from motcua.kit.text import squeeze
from motcua.organisation.queries import AgencyFacts
from motcua.rules.identity import tax_code_fault


class IntakeForm(PlainForm):
    """What the officer types while the citizen stands at the counter."""

    reveals = {
        "kind": {"person": ("identity", "birth_date"), "organisation": ("tax_code",)},
        "filing_for": {"other": ("filer_name", "filer_identity", "filer_phone")},
    }

    kind = forms.ChoiceField(
        label=lazy("Người đứng tên hồ sơ là"),
        choices=[("person", lazy("Cá nhân")), ("organisation", lazy("Tổ chức, doanh nghiệp"))],
        initial="person",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=lazy("Họ tên người đứng tên, hoặc tên tổ chức"), max_length=160)
    identity = PersonalNumberField(label=lazy("Số định danh cá nhân"), required=False)
    birth_date = DateField(label=lazy("Ngày sinh"), required=False, future=False)
    tax_code = forms.CharField(label=lazy("Mã số thuế"), max_length=20)
    phone = PhoneField(label=lazy("Số điện thoại"), required=False)
    email = forms.EmailField(label=lazy("Thư điện tử"), required=False, max_length=254)
    address = forms.CharField(label=lazy("Địa chỉ"), required=False, max_length=240)
    filing_for = forms.ChoiceField(
        label=lazy("Ai đến nộp?"),
        choices=[("self", lazy("Người đứng tên")), ("other", lazy("Người được ủy quyền"))],
        initial="self",
        widget=forms.RadioSelect,
    )
    filer_name = forms.CharField(label=lazy("Họ tên người được ủy quyền"), max_length=160)
    filer_identity = PersonalNumberField(label=lazy("Số định danh người được ủy quyền"), required=False)
    filer_phone = PhoneField(label=lazy("Số điện thoại người được ủy quyền"), required=False)
    request = forms.CharField(label=lazy("Nội dung đề nghị"), required=False, max_length=500)
    agency = forms.ChoiceField(label=lazy("Cơ quan giải quyết"))
    place = forms.ChoiceField(label=lazy("Xã, phường nơi có việc"), required=False)
    channel = forms.ChoiceField(
        label=lazy("Cách nộp"),
        choices=[("counter", lazy("Trực tiếp")), ("post", lazy("Bưu chính công ích"))],
        initial="counter",
        widget=forms.RadioSelect,
    )
    delivery = forms.ChoiceField(
        label=lazy("Nhận kết quả"),
        choices=list(words.DELIVERIES.items()),
        initial="desk",
        widget=forms.RadioSelect,
    )
    external_number = forms.CharField(label=lazy("Mã hồ sơ do nơi khác cấp"), required=False, max_length=64)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        record: ProcedureRecord,
        agencies: Sequence[AgencyFacts],
        own: AgencyFacts | None,
        case: str,
        places: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(data, files, **options)
        language = "en" if words.in_english() else "vi"
        self.record = record
        self.case = case
        names = [(str(a.id), a.name(language)) for a in agencies]
        self._offer("agency", names if own else [("", _("Chọn trong danh sách")), *names])
        if own:
            self.initial["agency"] = str(own.id)
        if places:
            self._offer("place", [("", _("Không chọn")), *places])
        else:
            self.fields.pop("place")
        self.components = components_needed(record, case)
        for item in self.components:
            self._add_paper(item)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _add_paper(self, item: ComponentRecord) -> None:
        choices = [("", _("Không có")), ("paper", _("Bản giấy")), ("file", _("Tệp quét"))]
        if item.replaceable_by:
            choices.append(("data", _("Đã có dữ liệu")))
        name = item.name.en if words.in_english() else item.name.vi
        self._quiet(f"form-{item.key}", forms.ChoiceField(label=_("Nhận"), choices=choices, required=False))
        for part, label, count in (
            ("originals", _("Bản chính"), item.originals),
            ("copies", _("Bản sao"), item.copies),
        ):
            numbers = forms.NumberInput({"class": "govuk-input--width-2", "min": 0, "max": 99})
            field = forms.IntegerField(
                label=label, min_value=0, max_value=99, required=False, initial=count, widget=numbers
            )
            self._quiet(f"{part}-{item.key}", field)
        scan = UploadField(label=_("Tệp quét của %(paper)s") % {"paper": name}, required=False)
        self._quiet(f"file-{item.key}", scan)

    def _quiet(self, name: str, field: forms.Field) -> None:
        """Add a box that stands under its paper's name and need not say that it may stay empty."""
        field.quiet = True  # type: ignore[attr-defined]
        self.fields[name] = field

    @property
    def papers(self) -> list[dict[str, Any]]:
        """The checklist, a line for each listed paper."""
        return [
            {
                "name": item.name.en if words.in_english() else item.name.vi,
                "required": item.required,
                "form": self[f"form-{item.key}"],
                "originals": self[f"originals-{item.key}"],
                "copies": self[f"copies-{item.key}"],
                "file": self[f"file-{item.key}"],
            }
            for item in self.components
        ]

    def clean_tax_code(self) -> str:
        """Return the tax code; its check digit is judged."""
        code = str(self.cleaned_data.get("tax_code") or "").replace(" ", "")
        if code and tax_code_fault(code):
            raise ValidationError(
                _("Mã số thuế không đúng. Xem lại dãy số trên giấy đăng ký."), code="tax_code"
            )
        return code

    def clean(self) -> dict[str, Any]:
        """Want the scan where a scan is said to be, and no scan that would be lost without a word."""
        cleaned: dict[str, Any] = super().clean() or {}
        for item in self.components:
            form, scan = f"form-{item.key}", f"file-{item.key}"
            name = {"paper": item.name.en if words.in_english() else item.name.vi}
            if cleaned.get(scan) and not cleaned.get(form):
                cleaned[form] = "file"
            elif cleaned.get(scan) and cleaned[form] != "file":
                said = _("“%(paper)s” đã đính kèm tệp quét: chọn “Tệp quét”, hoặc bỏ tệp ra") % name
                self.add_error(form, ValidationError(said, code="scan_beside_paper"))
            elif cleaned.get(form) == "file" and not cleaned.get(scan) and scan not in self.errors:
                said = _("Chọn tệp quét của “%(paper)s”") % name
                self.add_error(scan, ValidationError(said, code="required"))
        return cleaned

    def applicant(self) -> PartyData:
        """Return who applies."""
        given = self.cleaned_data
        organised = given["kind"] == "organisation"
        return PartyData(
            name=squeeze(given["name"]),
            identity=(given["tax_code"] if organised else given["identity"]) or "",
            birth_date=None if organised else given["birth_date"],
            phone=given["phone"] or "",
            email=given["email"] or "",
            address=given["address"] or "",
            kind=given["kind"],
        )

    def representative(self) -> PartyData | None:
        """Return who came for another, or None."""
        given = self.cleaned_data
        if given["filing_for"] != "other":
            return None
        return PartyData(
            name=squeeze(given["filer_name"]),
            identity=given["filer_identity"] or "",
            phone=given["filer_phone"] or "",
        )

    def given_papers(self) -> list[CounterPaper]:
        """Return what came for the listed papers of the chosen case."""
        given = self.cleaned_data
        found = []
        for item in self.components:
            form = given.get(f"form-{item.key}")
            if not form:
                continue
            upload = given.get(f"file-{item.key}") if form == "file" else None
            found.append(
                CounterPaper(
                    item.key,
                    form,
                    originals=given.get(f"originals-{item.key}") or 0 if form == "paper" else 0,
                    copies=given.get(f"copies-{item.key}") or 0 if form == "paper" else 0,
                    scan=(upload.file, upload.name) if upload else None,
                )
            )
        return found
