"""The form of a decision that announces procedures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.actions.announcing import Decision, UnableToAnnounce
from motcua.catalogue.queries.announcements import KINDS, AnnouncementFacts
from motcua.kit.forms import DateField, PlainForm
from motcua.office import announcement_words as say
from motcua.office.posting_forms import codes_in

_FIELDS = {
    "no_number": "number",
    "no_issuer": "issued_by",
    "already_recorded": "number",
    "bad_level": "level",
    "entered_before_signing": "entered_on",
}


def _codes(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=40_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnnouncementForm(PlainForm):
    """Number, issuer, days, and the codes of each kind, apart by spaces, commas or lines."""

    number = forms.CharField(
        label=lazy("Số quyết định"), max_length=80, help_text=lazy("Ví dụ: 1066/QĐ-UBND")
    )
    issued_by = forms.CharField(label=lazy("Người, cơ quan ban hành"), max_length=240)
    level = forms.ChoiceField(
        label=lazy("Cấp ban hành"), choices=list(say.LEVELS.items()), widget=forms.RadioSelect
    )
    signed_on = DateField(label=lazy("Ngày ký"), future=False)
    effective_on = DateField(
        label=lazy("Ngày có hiệu lực"), help_text=lazy("Ngày văn bản quy định thủ tục có hiệu lực")
    )
    shortened = forms.BooleanField(
        label=lazy("Văn bản ban hành theo trình tự, thủ tục rút gọn"), required=False
    )
    entered_on = DateField(
        label=lazy("Ngày đưa vào cơ sở dữ liệu"),
        required=False,
        future=False,
        help_text=lazy("Để trống khi chưa đưa vào; ghi sau cũng được"),
    )
    new = _codes(say.KINDS["new"])
    amended = _codes(say.KINDS["amended"])
    replaced = _codes(say.KINDS["replaced"])
    abolished = _codes(say.KINDS["abolished"])

    @property
    def decision(self) -> Decision:
        """The decision as it was written."""
        said: dict[str, Any] = self.cleaned_data
        codes = {kind: tuple(codes_in(said[kind])) for kind in KINDS}
        return Decision(
            number=said["number"],
            issued_by=said["issued_by"],
            level=said["level"],
            signed_on=said["signed_on"],
            effective_on=said["effective_on"],
            shortened=said["shortened"],
            entered_on=said["entered_on"],
            procedures={kind: found for kind, found in codes.items() if found},
        )

    def refuse(self, refused: UnableToAnnounce) -> None:
        """Put a refusal beside the box that it is about."""
        field = _FIELDS.get(refused.code)
        if refused.subject:
            named = (kind for kind in reversed(KINDS) if refused.subject in codes_in(self.cleaned_data[kind]))
            field = next(named, None)
        self.add_error(field, say.refusal(refused.code, refused.subject))


def initial_of(facts: AnnouncementFacts) -> dict[str, Any]:
    """Return what the form shows of a decision that is in the register."""
    plain = ("number", "issued_by", "level", "signed_on", "effective_on", "shortened", "entered_on")
    codes = {kind: "\n".join(facts.procedures.get(kind, ())) for kind in KINDS}
    return {name: getattr(facts, name) for name in plain} | codes
