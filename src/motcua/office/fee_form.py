"""The fees of a channel as a form: a line each, read into the project's format."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format_values import LEAST_VND, MOST_VND
from motcua.kit.text import fold, squeeze
from motcua.office.catalogue_words import UNITS, fee_words, unit_words
from motcua.office.confirm_forms import FollowedForm

FEE_CHOICES = [
    ("", lazy("(không có khoản này)")),
    ("free", lazy("Không thu phí")),
    ("amount", lazy("Số tiền cố định")),
    ("per_unit", lazy("Số tiền mỗi đơn vị")),
    ("percentage", lazy("Tỷ lệ phần trăm")),
    ("by_reference", lazy("Theo văn bản")),
    ("foreign", lazy("Ngoại tệ")),
]
KEEP = "keep"
_BOXES = ("kind", "number", "unit", "what", "act")
_NUMBER = re.compile(r"[0-9]{1,9}(,[0-9]{1,6})?")
_CURRENCY = re.compile(r"(?!VND)[A-Z]{3}")
Line = Mapping[str, str]


class FeesForm(FollowedForm):
    """All fees of a channel, a line each: kind, number, unit, what it pays for, the act that sets it."""

    def __init__(self, *given: Any, fees: Sequence[Mapping[str, Any]] = (), **options: Any) -> None:
        self.now = tuple(fees)
        # One line more than there are fees, so that another can be added.
        self.count = max(len(self.now) + 1, 2)
        answers = [_answers(fee) for fee in self.now]
        initial = {f"{name}-{i}": value for i, line in enumerate(answers) for name, value in line.items()}
        super().__init__(*given, initial=initial | options.pop("initial", {}), **options)
        for index in range(self.count):
            self.fields.update(self._boxes(index))
        self.order_fields(["version", *(f"{name}-{i}" for i in range(self.count) for name in _BOXES), "note"])

    def _boxes(self, index: int) -> dict[str, forms.Field]:
        choices: list[tuple[str, Any]] = list(FEE_CHOICES)
        if index < len(self.now) and _answers(self.now[index])["kind"] == KEEP:
            choices.insert(0, (KEEP, _("Giữ nguyên: %(fee)s") % {"fee": fee_words(self.now[index])}))
        label = _("Khoản %(n)s") % {"n": index + 1}
        line: dict[str, forms.Field] = {
            "kind": forms.ChoiceField(label=label, choices=choices, required=False),
            "number": forms.CharField(label=_("Số tiền hoặc tỷ lệ"), max_length=20, required=False),
            "unit": forms.CharField(label=_("Mỗi, của, hoặc loại tiền"), max_length=120, required=False),
            "what": forms.CharField(label=_("Thu cho việc gì"), max_length=500, required=False),
            "act": forms.CharField(label=_("Văn bản quy định"), max_length=200, required=False),
        }
        for field in line.values():
            field.quiet = True  # type: ignore[attr-defined]
        return {f"{name}-{index}": field for name, field in line.items()}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines with their boxes."""
        return [{name: self.bound(f"{name}-{i}") for name in _BOXES} for i in range(self.count)]

    @property
    def below(self) -> list[Any]:
        """Boxes under the lines."""
        return [self.bound("note")]

    def clean(self) -> dict[str, Any]:
        """Read each line, and want at least one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        fees = [self._fee(index, cleaned) for index in range(self.count)]
        self.fees = [fee for fee in fees if fee is not None]
        if not self.fees and not self.errors:
            said = _("Chọn ít nhất một khoản; nếu không thu, chọn “Không thu phí”.")
            self.add_error("kind-0", ValidationError(said, code="required"))
        if len(self.fees) > 1 and any(fee["kind"] == "free" and "what" not in fee for fee in self.fees):
            said = _("“Không thu phí” không đứng cùng khoản khác, trừ khi ghi rõ thu cho việc gì.")
            self.add_error(None, ValidationError(said, code="free_beside_amount"))
        return cleaned

    def _fee(self, index: int, cleaned: Mapping[str, Any]) -> dict[str, Any] | None:
        kind = cleaned.get(f"kind-{index}")
        line = {name: squeeze(str(cleaned.get(f"{name}-{index}") or "")) for name in _BOXES}
        if kind == KEEP:
            return dict(self.now[index])
        if not kind:
            if any(line.values()):
                said = _("Chọn loại của khoản %(n)s, hoặc xóa các ô của khoản này")
                self._fault("kind", index, said, "required")
            return None
        fee = {"kind": kind} | self._parts(kind, index, line)
        if line["act"]:
            fee["act"] = line["act"]
        return fee | self._kept(index, line["what"])

    def _kept(self, index: int, what: str) -> dict[str, Any]:
        """Return what the fee is for, and what the form does not ask: its English, and when it holds."""
        before = self.now[index] if index < len(self.now) else {}
        kept = {key: before[key] for key in ("valid_from", "valid_to") if before.get(key)}
        if not what:
            return kept
        same = before.get("what", {}).get("vi") == what
        return kept | {"what": before["what"] if same else {"vi": what}}

    def _parts(self, kind: str, index: int, line: Line) -> dict[str, Any]:
        if kind == "by_reference" and not line["act"]:
            self._fault("act", index, _("Ghi số văn bản quy định khoản %(n)s"), "required")
        return {key: read(index, line) for key, read in self._readers().get(kind, {}).items()}

    def _readers(self) -> dict[str, dict[str, Callable[[int, Line], Any]]]:
        return {
            "amount": {"vnd": self._vnd},
            "per_unit": {"vnd": self._vnd, "per": self._per},
            "percentage": {"rate": self._rate, "of": self._of},
            "foreign": {"amount": self._foreign, "currency": self._currency},
        }

    def _fault(self, name: str, index: int, said: str, code: str) -> None:
        self.add_error(f"{name}-{index}", ValidationError(said % {"n": index + 1}, code=code))

    def _vnd(self, index: int, line: Line) -> int:
        digits = re.sub(r"[.\s]|₫|đồng|đ|VNĐ|VND", "", line["number"])
        amount = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else 0
        if not LEAST_VND <= amount <= MOST_VND:
            said = _("Ghi số tiền của khoản %(n)s bằng đồng, từ 500 trở lên, ví dụ 75.000")
            self._fault("number", index, said, "bad_amount")
        return amount

    def _per(self, index: int, line: Line) -> str:
        known = {fold(str(label)): key for key, label in UNITS.items()}
        folded = fold(line["unit"])
        if not folded:
            self._fault("unit", index, _("Ghi đơn vị của khoản %(n)s, ví dụ: bản"), "required")
        return known.get(folded, folded.replace(" ", "-"))

    def _rate(self, index: int, line: Line) -> str:
        text = line["number"].rstrip("% ").replace(".", ",")
        whole, _comma, part = text.partition(",")
        rate = f"{int(whole)}.{part}".rstrip(".") if _NUMBER.fullmatch(text) else "0"
        if not 0 < float(rate) <= 100:
            said = _("Ghi tỷ lệ phần trăm của khoản %(n)s, ví dụ 0,15")
            self._fault("number", index, said, "bad_rate")
        return rate

    def _of(self, index: int, line: Line) -> str:
        if not line["unit"]:
            said = _("Ghi khoản %(n)s là phần trăm của cái gì, ví dụ: giá trị hợp đồng")
            self._fault("unit", index, said, "required")
        return line["unit"]

    def _foreign(self, index: int, line: Line) -> str:
        text = line["number"].replace(".", "")
        if not _NUMBER.fullmatch(text) or text.startswith("0"):
            self._fault("number", index, _("Ghi số tiền của khoản %(n)s, ví dụ 125"), "bad_amount")
        return text.replace(",", ".")

    def _currency(self, index: int, line: Line) -> str:
        code = line["unit"].upper()
        if not _CURRENCY.fullmatch(code):
            self._fault("unit", index, _("Ghi loại tiền của khoản %(n)s, ví dụ USD"), "bad_currency")
        return code

    def value(self) -> list[dict[str, Any]]:
        """Return the list of fees."""
        return self.fees


def _answers(fee: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the boxes of a line say of a fee; kinds that the boxes cannot say are kept as they are."""
    kind = fee["kind"]
    more = {"what": fee["what"]["vi"] if fee.get("what") else "", "act": fee.get("act", "")}
    if kind in ("free", "by_reference"):
        return {"kind": kind} | more
    if kind in ("amount", "per_unit"):
        number = f"{fee['vnd']:,}".replace(",", ".")
        return {"kind": kind, "number": number, "unit": unit_words(fee["per"]) if "per" in fee else ""} | more
    if kind == "percentage":
        return {"kind": kind, "number": fee["rate"].replace(".", ","), "unit": fee["of"]} | more
    if kind == "foreign":
        return {"kind": kind, "number": fee["amount"].replace(".", ","), "unit": fee["currency"]} | more
    return {"kind": "" if kind == "unread" else KEEP} | ({} if kind == "unread" else more)
