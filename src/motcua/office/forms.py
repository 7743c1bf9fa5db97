"""What one asks of the figures: the period, the level, how they are reckoned."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue import queries as catalogue
from motcua.dossiers.words import CHANNELS
from motcua.kit.forms import PlainForm
from motcua.office import wording
from motcua.reporting.periods import Period, months
from motcua.reporting.queries import Attribution
from motcua.rules.localday import local_day

YEARS_BACK = 5
ALL = "tat-ca"
# What is meant where the address says nothing; the period is the running month.
USUAL = {
    "cap": ALL,
    "tinh_theo": Attribution.COMPETENT.value,
    "to_chuc": wording.THEN,
    "kenh": ALL,
    "linh_vuc": ALL,
}
# The moment of counting of a running period, carried by the links so that a list is that of its number.
_STAMP = "%Y%m%dT%H%M%S%fZ"


class FiguresForm(PlainForm):
    """The question, taken from the address; what is left out has its usual answer (this month, all)."""

    nam = forms.ChoiceField(label=lazy("Năm"))
    ky = forms.ChoiceField(label=lazy("Kỳ"))
    cap = forms.ChoiceField(label=lazy("Cấp"))
    tinh_theo = forms.ChoiceField(label=lazy("Tính cho"))
    to_chuc = forms.ChoiceField(label=lazy("Tổ chức cơ quan"))
    kenh = forms.ChoiceField(label=lazy("Cách nộp"))
    linh_vuc = forms.ChoiceField(label=lazy("Lĩnh vực"))
    thu_tuc = forms.CharField(label=lazy("Mã thủ tục"), required=False, max_length=40)
    co_quan = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    den = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    procedure_id: UUID | None
    period: Period
    running: bool

    def __init__(self, given: Mapping[str, str], *, at: datetime) -> None:
        today = local_day(at)
        usual = {"nam": str(today.year), "ky": f"t{today.month}", **USUAL}
        super().__init__({name: given.get(name) or usual.get(name, "") for name in self.base_fields})
        self.at, self.procedure_id = at, None
        years = [(str(year), str(year)) for year in range(today.year, today.year - YEARS_BACK, -1)]
        english = get_language() == "en"
        domains = [(key, en if english and en else vi) for key, vi, en, _n in catalogue.domains(on=today)]
        everything = [(ALL, _("Tất cả"))]
        self._offer(
            nam=years,
            ky=wording.period_choices(),
            cap=everything + list(wording.LEVELS.items()),
            tinh_theo=list(wording.ATTRIBUTIONS.items()),
            to_chuc=list(wording.ORGANISATIONS.items()),
            kenh=everything + list((CHANNELS | wording.CHANNELS_COUNTED).items()),
            linh_vuc=everything + domains,
        )

    def _offer(self, **choices: list[tuple[Any, Any]]) -> None:
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered

    def clean_thu_tuc(self) -> str:
        """Find the procedure of the code."""
        code = str(self.cleaned_data["thu_tuc"]).strip()
        if code:
            found = catalogue.current_version(code, on=local_day(self.at))
            if found is None:
                raise ValidationError(
                    _("Không có thủ tục nào mang mã này. Xem lại mã thủ tục."), code="unknown"
                )
            self.procedure_id = found.procedure_id
        return code

    def clean(self) -> dict[str, Any]:
        """Work out the period, cut where the counting stops."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "nam" not in cleaned or "ky" not in cleaned:
            return cleaned
        whole = months(int(cleaned["nam"]), *wording.PERIODS[cleaned["ky"]])
        if whole.start > self.at:
            self.add_error("ky", ValidationError(_("Kỳ này chưa bắt đầu. Chọn kỳ khác."), code="future"))
            return cleaned
        self.period = whole.known_at(self.at)
        if stamp := cleaned.get("den"):
            self.period = self._until(stamp)
        self.running = self.period.end < whole.end
        return cleaned

    def _until(self, stamp: str) -> Period:
        try:
            end = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
            if end <= self.period.end:
                return Period(self.period.start, end)
        except ValueError:
            pass
        raise ValidationError(_("Đường dẫn này không đúng. Hãy chọn lại kỳ báo cáo."), code="link")

    @property
    def asked(self) -> dict[str, str]:
        """Return the answers as an address carries them, without the usual ones."""
        kept = {
            name: str(self.cleaned_data[name]) for name in self.base_fields if self.cleaned_data.get(name)
        }
        said = {name: value for name, value in kept.items() if value != USUAL.get(name) and name != "den"}
        return said | ({"den": self.period.end.strftime(_STAMP)} if self.running else {})

    def chosen(self, name: str) -> str:
        """Return the answer to one of the narrowing questions, empty for all."""
        answer = str(self.cleaned_data[name])
        return "" if answer == ALL else answer

    @property
    def narrowed(self) -> bool:
        """Tell whether one of the less usual questions is asked."""
        return any(name in self.asked for name in ("tinh_theo", "to_chuc", "kenh", "linh_vuc", "thu_tuc"))
