"""The dated sets of one-stop forms: which forms exist on a day, by number, and which are drawn here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True)
class FormKind:
    """One form of a set: its number in the circular, our key, its names, and the template that draws it.

    `template` is None for a form the product keeps as data only (the register is a list, not a slip).
    """

    number: int
    key: str
    name_vi: str
    name_en: str
    template: str | None


@dataclass(frozen=True)
class FormSet:
    """The forms in force in [valid_from, valid_to) under one legal basis, by number; valid_to None = open."""

    key: str
    basis: str
    valid_from: date
    valid_to: date | None
    forms: Mapping[int, FormKind]

    def form(self, key: str) -> FormKind:
        """The form of this set with that key; raises FormMissing when this set has no such form."""
        for kind in self.forms.values():
            if kind.key == key:
                return kind
        raise FormMissing(code="no_such_form", subject=f"{self.key}/{key}")


class FormMissing(LookupError):
    """No set of forms that day (`no_form_set`), no such form (`no_such_form`), or not drawn (`not_drawn`)."""

    def __init__(self, *, code: str, subject: str) -> None:
        super().__init__(f"{code}: {subject}")
        self.code = code
        self.subject = subject


def _numbered(*kinds: FormKind) -> Mapping[int, FormKind]:
    return MappingProxyType({kind.number: kind for kind in kinds})


_RECEIPT = ("receipt", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Receipt and appointment", "receipt")
_SUPPLEMENT = (
    "supplement",
    "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    "Request to supplement the dossier",
    "supplement",
)
_REFUSAL = (
    "refusal",
    "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
    "Refusal to receive the dossier",
    "refusal",
)
_CONTROL = (
    "control_sheet",
    "Phiếu kiểm soát quá trình giải quyết hồ sơ",
    "Control sheet of the handling",
    "control_sheet",
)
_REGISTER = ("register", "Sổ theo dõi hồ sơ", "Register of dossiers", None)

TT_01_2018 = FormSet(
    key="tt01-2018",
    basis="Thông tư 01/2018/TT-VPCP",
    valid_from=date(2019, 1, 8),
    valid_to=date(2025, 9, 15),
    forms=_numbered(
        FormKind(1, *_RECEIPT),
        FormKind(2, *_SUPPLEMENT),
        FormKind(3, *_REFUSAL),
        FormKind(
            4,
            "apology",
            "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
            "Apology and new appointment",
            "apology",
        ),
        FormKind(5, *_CONTROL),
        FormKind(6, *_REGISTER),
    ),
)

TT_03_2025 = FormSet(
    key="tt03-2025",
    basis="Thông tư 03/2025/TT-VPCP",
    valid_from=date(2025, 9, 15),
    valid_to=None,
    forms=_numbered(
        FormKind(1, *_RECEIPT),
        FormKind(2, *_SUPPLEMENT),
        FormKind(3, *_REFUSAL),
        FormKind(
            4,
            "apology",
            "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
            "Apology and extension of the time limit",
            "apology",
        ),
        FormKind(5, "stop_notice", "Thông báo dừng giải quyết hồ sơ", "Notice of stopping", "stop_notice"),
        FormKind(6, *_CONTROL),
        FormKind(7, *_REGISTER),
    ),
)

FORM_SETS: tuple[FormSet, ...] = (TT_01_2018, TT_03_2025)


def form_set_on(day: date) -> FormSet:
    """The set of forms in force on a local day; raises FormMissing(`no_form_set`) before the first one."""
    for form_set in FORM_SETS:
        if form_set.valid_from <= day and (form_set.valid_to is None or day < form_set.valid_to):
            return form_set
    raise FormMissing(code="no_form_set", subject=day.isoformat())
