"""Forms of the portal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.accounts.queries import Person
from motcua.catalogue.format import Audience, ProcedureRecord
from motcua.dossiers import words
from motcua.dossiers.actions import PartyData
from motcua.kit.forms import DateField, PersonalNumberField, PhoneField, PlainForm, UploadField
from motcua.kit.text import fold, squeeze
from motcua.organisation.queries import AgencyFacts
from motcua.portal.wording import language, said
from motcua.rules.identity import mask, tax_code_fault

# Audiences without a personal identification number of the country.
_WITHOUT_NUMBER = {Audience.FOREIGNER, Audience.OVERSEAS_VIETNAMESE}
_ORGANISED = {Audience.BUSINESS, Audience.ORGANISATION, Audience.COOPERATIVE}


@dataclass(frozen=True)
class Known:
    """What a saved draft holds of its applicant: the number, and for whom it was given."""

    number: str
    filing_for: str
    kind: str
    name: str


class SignInForm(PlainForm):
    """Name and password."""

    username = forms.CharField(
        label=lazy("Tên đăng nhập"),
        max_length=64,
        widget=forms.TextInput(
            {
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "govuk-input--width-20",
            }
        ),
    )
    password = forms.CharField(
        label=lazy("Mật khẩu"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "class": "govuk-input--width-20"}),
    )


class CodeForm(PlainForm):
    """The six digits of the second factor."""

    code = forms.CharField(
        label=lazy("Mã 6 số trên ứng dụng xác thực"),
        max_length=12,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10"}
        ),
    )


class ApplicantForm(PlainForm):
    """Who applies, whether someone files for them, and what is asked.

    Identity numbers never travel back to the page: an empty box keeps the number that is known already.
    """

    sensitive: ClassVar[tuple[str, ...]] = ("identity", "tax_code")
    reveals: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {
        "filing_for": {"other": ("filer_name", "filer_phone", "filer_email")},
        "kind": {"person": ("identity", "birth_date"), "organisation": ("tax_code",)},
    }

    filing_for = forms.ChoiceField(
        label=lazy("Bạn nộp hồ sơ cho ai?"),
        choices=[("self", lazy("Cho chính tôi")), ("other", lazy("Nộp thay người khác hoặc tổ chức"))],
        widget=forms.RadioSelect,
    )
    filer_name = forms.CharField(
        label=lazy("Họ, chữ đệm và tên của bạn"),
        max_length=160,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    filer_phone = PhoneField(label=lazy("Số điện thoại của bạn"))
    filer_email = forms.EmailField(
        label=lazy("Thư điện tử của bạn"),
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    kind = forms.ChoiceField(
        label=lazy("Người đứng tên hồ sơ là"),
        choices=[("person", lazy("Cá nhân")), ("organisation", lazy("Tổ chức, doanh nghiệp"))],
        widget=forms.RadioSelect,
    )
    identity = PersonalNumberField(label=lazy("Số định danh cá nhân"), required=False)
    birth_date = DateField(
        label=lazy("Ngày sinh"), required=False, future=False, help_text=lazy("Ví dụ: 27 3 1990")
    )
    tax_code = forms.CharField(
        label=lazy("Mã số thuế"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-20"}
        ),
    )
    name = forms.CharField(
        label=lazy("Họ tên người đứng tên hồ sơ, hoặc tên tổ chức"),
        max_length=160,
        help_text=lazy("Viết như trên căn cước, ví dụ Nguyễn Thị Ngọc Ánh"),
    )
    phone = PhoneField(label=lazy("Số điện thoại"), help_text=lazy("Chúng tôi báo tiến độ hồ sơ qua số này."))
    email = forms.EmailField(label=lazy("Thư điện tử"), required=False, max_length=254)
    address = forms.CharField(label=lazy("Địa chỉ liên hệ"), required=False, max_length=240)
    request = forms.CharField(
        label=lazy("Nội dung đề nghị giải quyết"),
        required=False,
        max_length=500,
        help_text=lazy("Để trống nếu chỉ đề nghị đúng như tên thủ tục."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        record: ProcedureRecord,
        person: Person,
        known: Known | None,
        **options: Any,
    ) -> None:
        """Prepare for a procedure, an account, and what the draft already holds."""
        super().__init__(data, **options)
        self.person, self.known = person, known
        self.number_optional = not _WITHOUT_NUMBER.isdisjoint(record.audience)
        if held := known.number if known and known.number else person.identity:
            self.fields["identity"].help_text = _(
                "Đang dùng số %(number)s. Chỉ nhập khi cần đổi hoặc khi nộp thay người khác."
            ) % {"number": mask(held)}
        else:
            self.fields["identity"].help_text = _(
                "12 số in trên thẻ căn cước. Dùng để tra cứu dữ liệu thay cho giấy tờ bạn phải nộp."
            )

    def clean_name(self) -> str:
        """Return the name with single spaces."""
        return squeeze(self.cleaned_data["name"])

    def clean_tax_code(self) -> str:
        """Return the tax code; its check digit is judged."""
        code = str(self.cleaned_data.get("tax_code") or "").replace(" ", "")
        if code and tax_code_fault(code):
            raise ValidationError(
                _("Mã số thuế không đúng. Xem lại dãy số trên giấy đăng ký."), code="tax_code"
            )
        return code

    def clean(self) -> dict[str, Any]:
        """Ask for the number that cannot be known from elsewhere."""
        cleaned: dict[str, Any] = super().clean() or {}
        field = "tax_code" if self._organised(cleaned) else "identity"
        given = cleaned.get(field) or self._held(cleaned)
        if not given and field not in self.errors and not (field == "identity" and self.number_optional):
            asked = (
                _("Nhập mã số thuế của tổ chức") if field == "tax_code" else _("Nhập số định danh cá nhân")
            )
            self.add_error(field, ValidationError(asked, code="required"))
        cleaned["number"] = given
        if not given and self._names_the_filer(cleaned):
            said = _("Bạn chọn nộp thay người khác nhưng tên này là của bạn. Ghi tên người đứng tên hồ sơ.")
            self.add_error("name", ValidationError(said, code="filer"))
        return cleaned

    def _names_the_filer(self, cleaned: Mapping[str, Any]) -> bool:
        for_other = cleaned.get("filing_for") == "other" and not self._organised(cleaned)
        return for_other and fold(cleaned.get("name") or "") == fold(self.person.name)

    def _organised(self, cleaned: Mapping[str, Any]) -> bool:
        return cleaned.get("kind") == "organisation"

    def _held(self, cleaned: Mapping[str, Any]) -> str:
        """Return the number that an empty box stands for: never the filer's own for another person."""
        filing_for, known = cleaned.get("filing_for"), self.known
        kind = "organisation" if self._organised(cleaned) else "person"
        if known and (known.filing_for, known.kind) == (filing_for, kind):
            same_person = filing_for == "self" or fold(known.name) == fold(cleaned.get("name") or "")
            if known.number and same_person:
                return known.number
        return self.person.identity if filing_for == "self" and kind == "person" else ""

    def applicant(self) -> PartyData:
        """Return who applies."""
        given = self.cleaned_data
        organised = self._organised(given)
        return PartyData(
            name=given["name"],
            identity=given["number"] or "",
            birth_date=None if organised else given["birth_date"],
            phone=given["phone"],
            email=given["email"],
            address=given["address"],
            kind="organisation" if organised else "person",
        )

    def representative(self) -> PartyData | None:
        """Return who files for another, or None; the identity number is that of the account."""
        given = self.cleaned_data
        if given["filing_for"] != "other":
            return None
        return PartyData(
            name=squeeze(given["filer_name"]),
            identity=self.person.identity,
            birth_date=self.person.birth_date,
            phone=given["filer_phone"],
            email=given["filer_email"] or "",
            address=self.person.address,
        )


class PersonForm(ApplicantForm):
    """The applicant page of a procedure that is for persons only."""

    reveals: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {
        "filing_for": ApplicantForm.reveals["filing_for"]
    }
    field_order = ("filing_for", "name", "identity", "birth_date")
    kind = None  # type: ignore[assignment]
    tax_code = None  # type: ignore[assignment]
    filing_for = forms.ChoiceField(
        label=lazy("Bạn nộp hồ sơ cho ai?"),
        choices=[("self", lazy("Cho chính tôi")), ("other", lazy("Nộp thay người khác"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=lazy("Họ, chữ đệm và tên người đứng tên hồ sơ"),
        max_length=160,
        help_text=lazy("Viết như trên căn cước, ví dụ Nguyễn Thị Ngọc Ánh"),
    )


def applicant_form(record: ProcedureRecord) -> type[ApplicantForm]:
    """Return the applicant form that fits whom a procedure is for."""
    return PersonForm if _ORGANISED.isdisjoint(record.audience) else ApplicantForm


class OfficeForm(PlainForm):
    """Which agency, which case, and how the result is to come."""

    case = forms.ChoiceField(label=lazy("Trường hợp của bạn"), widget=forms.RadioSelect)
    agency = forms.ChoiceField(
        label=lazy("Nơi giải quyết"),
        help_text=lazy(
            "Thường là xã, phường nơi bạn cư trú. Gõ chữ đầu của tên để đến nhanh trong danh sách."
        ),
    )
    place = forms.ChoiceField(
        label=lazy("Xã, phường nơi có việc"),
        help_text=lazy("Ví dụ nơi có đất, có nhà. Để trống nếu việc không gắn với một nơi."),
        required=False,
    )
    delivery = forms.ChoiceField(
        label=lazy("Cách nhận kết quả"), choices=list(words.DELIVERIES.items()), widget=forms.RadioSelect
    )

    def __init__(
        self,
        data: Any = None,
        *,
        record: ProcedureRecord,
        agencies: Sequence[AgencyFacts],
        places: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        if places:
            self._offer("place", [("", _("Không chọn")), *places])
        else:
            self.fields.pop("place")
        if len(record.cases) > 1:
            self._offer("case", [(case.key, said(case)) for case in record.cases])
        else:
            self.fields.pop("case")
        names = [(str(agency.id), agency.name(language())) for agency in agencies]
        self._offer("agency", names if len(names) == 1 else [("", _("Chọn trong danh sách")), *names])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def matching(agencies: Sequence[AgencyFacts], text: str) -> list[AgencyFacts]:
    """Return the agencies whose name holds every word of the text, without regard to diacritics."""
    wanted = fold(text).split()
    return [a for a in agencies if all(word in fold(f"{a.name_vi} {a.name_en}") for word in wanted)]


def _largest() -> int:
    return int(settings.MOTCUA_LARGEST_FILE)


class PaperForm(PlainForm):
    """One file for one paper."""

    file = UploadField(label=lazy("Tệp"))

    def __init__(self, data: Any = None, files: Any = None, *, label: str, **options: Any) -> None:
        super().__init__(data, files, **options)
        field = UploadField(label=_("Tệp của “%(paper)s”") % {"paper": label}, limit=_largest())
        field.error_messages["required"] = _("Chọn tệp của “%(paper)s”") % {"paper": label}
        self.fields["file"] = field


class DeclarationForm(PlainForm):
    """The declaration at the end."""

    declared = forms.BooleanField(
        label=lazy("Tôi cam đoan những điều khai trên là đúng sự thật và chịu trách nhiệm trước pháp luật."),
        error_messages={"required": lazy("Đánh dấu vào ô cam đoan trước khi nộp")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WithdrawForm(PlainForm):
    """Why someone withdraws, if they want to say."""

    reason = forms.CharField(
        label=lazy("Lý do rút hồ sơ"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NumberForm(PlainForm):
    """The number of a dossier."""

    ma = forms.CharField(
        label=lazy("Mã hồ sơ"),
        max_length=64,
        help_text=lazy("In trên giấy tiếp nhận, ví dụ H15.18-261106-0042"),
        widget=forms.TextInput(
            {"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"}
        ),
    )


def person_initial(person: Person) -> dict[str, Any]:
    """Return what the account says, as the first answers of the applicant page."""
    return {
        "filing_for": "self",
        "kind": "person",
        "name": person.name,
        "birth_date": person.birth_date,
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
        "filer_name": person.name,
        "filer_phone": person.phone,
        "filer_email": person.email,
    }
