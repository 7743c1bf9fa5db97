"""Forms of the notice boards: putting up, checking a place, taking down."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.actions.posting import LONGEST_NOTE, LONGEST_PLACE, Finding
from motcua.catalogue.queries.posting import PostingFacts
from motcua.kit.forms import DateField, PlainBoundField, PlainForm
from motcua.office.board_words import FINDINGS

_BETWEEN = re.compile(r"[\s,;]+")


def codes_in(text: str) -> list[str]:
    """Return the codes that stand in a text, apart by spaces, commas or lines; each once, in order."""
    return list(dict.fromkeys(code for code in _BETWEEN.split(text) if code))


class PutUpForm(PlainForm):
    """Which versions hang where since when; `versions` gives the version in force of each code."""

    place = forms.CharField(
        label=lazy("Nơi niêm yết"),
        max_length=LONGEST_PLACE,
        help_text=lazy("Ví dụ: Bảng niêm yết ở sảnh tầng 1"),
        widget=forms.TextInput(attrs={"list": "noi"}),
    )
    posted_on = DateField(label=lazy("Ngày treo"), future=False)
    codes = forms.CharField(
        label=lazy("Mã thủ tục"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("Mỗi dòng một mã, hoặc đánh dấu trong danh sách bên dưới"),
    )

    def __init__(self, data: Any = None, *, versions: Mapping[str, UUID], **options: Any) -> None:
        super().__init__(data, **options)
        self.versions = versions
        self.ticked = data.getlist("thu_tuc") if data is not None else []

    def clean_codes(self) -> list[str]:
        """Return the codes written and ticked; refuse those of no procedure in force."""
        codes = list(dict.fromkeys([*codes_in(self.cleaned_data["codes"]), *self.ticked]))
        unknown = [code[:40] for code in codes if code not in self.versions]
        if unknown:
            said = _("Không có thủ tục nào đang áp dụng mang mã: %(codes)s") % {
                "codes": ", ".join(unknown[:10])
            }
            raise ValidationError(said, code="unknown")
        if not codes:
            raise ValidationError(_("Ghi hoặc đánh dấu ít nhất một thủ tục."), code="none")
        return codes

    @property
    def chosen(self) -> list[UUID]:
        """The versions in force of the codes."""
        return [self.versions[code] for code in self.cleaned_data["codes"]]


class TakeDownForm(PlainForm):
    """Since when a posting no longer hangs."""

    removed_on = DateField(label=lazy("Ngày gỡ"), future=False)


class CheckForm(PlainForm):
    """What was found at each posting of a place; made for the postings by `check_form`."""

    rest = forms.BooleanField(label=lazy("Các tờ không ghi ở trên đều còn như đã ghi"), required=False)
    postings: tuple[UUID, ...] = ()

    @property
    def lines(self) -> list[tuple[PlainBoundField, PlainBoundField]]:
        """The boxes of each posting: what was found, and the note."""
        return [(self.bound(f"tt-{id}"), self.bound(f"gc-{id}")) for id in self.postings]

    @property
    def findings(self) -> dict[UUID, Finding]:
        """What was found, by posting; those without an answer only where the rest is said to be in place."""
        said = self.cleaned_data
        usual = "in_place" if said["rest"] else ""
        found = {id: Finding(said[f"tt-{id}"] or usual, said[f"gc-{id}"]) for id in self.postings}
        return {id: finding for id, finding in found.items() if finding.finding}

    def clean(self) -> dict[str, Any]:
        """Refuse a check that says nothing, and a note without a finding."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return said
        if not self.findings:
            raise ValidationError(_("Ghi kết quả của ít nhất một tờ."), code="none")
        for id in self.postings:
            if said[f"gc-{id}"] and id not in self.findings:
                self.add_error(f"tt-{id}", ValidationError(_("Chọn kết quả cho tờ có ghi chú."), code="none"))
        return said


def check_form(rows: Iterable[PostingFacts], data: Any = None) -> CheckForm:
    """Return the form that checks these postings."""
    rows = list(rows)
    boxes: dict[str, Any] = {"postings": tuple(row.id for row in rows)}
    for row in rows:
        label = _("Kết quả của %(code)s") % {"code": row.code}
        boxes[f"tt-{row.id}"] = forms.ChoiceField(
            label=label,
            required=False,
            choices=[("", _("Chưa xem")), *FINDINGS.items()],
            widget=forms.Select(attrs={"aria-label": label}),
        )
        label = _("Ghi chú về %(code)s") % {"code": row.code}
        boxes[f"gc-{row.id}"] = forms.CharField(
            label=label,
            required=False,
            max_length=LONGEST_NOTE,
            widget=forms.TextInput(attrs={"aria-label": label}),
        )
    form: CheckForm = type("CheckFormOfPlace", (CheckForm,), boxes)(data)
    return form
