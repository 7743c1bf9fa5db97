"""The form in which an agency is divided: one row for each part, by places or by procedures, and the rest."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.forms import PlainBoundField
from motcua.office.calendar_boxes import quiet
from motcua.office.plan_forms import CodesField, LineForm, agency_box
from motcua.office.plan_frame import Said

FEWEST, MOST = 2, 30


class SplitForm(LineForm):
    """An agency is divided; made by `split_form`."""

    op = "split"
    boxes = {"agency": (False, ""), "rest": (True, "")}
    agency = agency_box(lazy("Cơ quan được chia, tách"))
    rest = agency_box(
        lazy("Phần còn lại về"),
        help_text=lazy("Chọn chính cơ quan ấy nếu nó tiếp tục hoạt động"),
    )
    number_of_rows = FEWEST

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The boxes of each part."""
        return [{"number": n, "boxes": self._row(n)} for n in range(1, self.number_of_rows + 1)]

    def _row(self, n: int) -> list[PlainBoundField]:
        return [self.bound(f"{name}-{n}") for name in ("to", "territories", "procedures")]

    @property
    def plain(self) -> list[Any]:
        """The boxes beside the parts."""
        return [self.bound("agency"), self.bound("rest")]

    def clean(self) -> dict[str, Any]:
        """See that each part that is said says all, and that there is one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        said = 0
        for n in range(1, self.number_of_rows + 1):
            to = given.get(f"to-{n}")
            what = given.get(f"territories-{n}") or given.get(f"procedures-{n}")
            if what and not to:
                self.add_error(f"to-{n}", ValidationError(_("Phần %(n)s: chọn cơ quan nhận") % {"n": n}))
            if to and not what:
                text = _("Phần %(n)s: ghi mã đơn vị hành chính hoặc mã thủ tục") % {"n": n}
                self.add_error(f"territories-{n}", ValidationError(text))
            said += bool(to or what)
        if not said:
            self.add_error("to-1", ValidationError(_("Ghi ít nhất một phần"), code="required"))
        return given

    def lines(self) -> list[Said]:
        """Return the line with its parts."""
        given, parts = self.cleaned_data, []
        for n in range(1, self.number_of_rows + 1):
            if given.get(f"to-{n}"):
                codes = {name: given.get(f"{name}-{n}") for name in ("territories", "procedures")}
                told = {name: value for name, value in codes.items() if value}
                parts.append({"to": given[f"to-{n}"], **told})
        return [{"op": self.op, "agency": given["agency"], "parts": parts, "rest": given["rest"]}]


def split_form(
    data: Any = None,
    *,
    said: Said | None = None,
    rows: int = 0,
    more: int = 0,
    initial: dict[str, Any] | None = None,
    **options: Any,
) -> SplitForm:
    """Return the form with as many parts as `data`, the kept line or `rows` has, and `more`."""
    parts = list((said or {}).get("parts", ()))
    told = str(data.get("rows") or "") if data is not None else ""
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 3 else max(len(parts), rows)
    number = min(max(number + more, FEWEST), MOST)
    fields: dict[str, Any] = {"number_of_rows": number}
    choices = dict(SplitForm.boxes)
    for n in range(1, number + 1):
        fields[f"to-{n}"] = agency_box(lazy("Cơ quan nhận"), required=False)
        fields[f"territories-{n}"] = quiet(CodesField(label=lazy("Mã đơn vị hành chính"), required=False))
        fields[f"procedures-{n}"] = quiet(CodesField(label=lazy("hoặc mã thủ tục"), required=False))
        choices[f"to-{n}"] = (True, "")
    shown = {
        f"{name}-{n}": part.get(name, "")
        for n, part in enumerate(parts, 1)
        for name in ("to", "territories", "procedures")
    }
    fields["boxes"] = choices
    form_of: type[SplitForm] = type("SplitFormOfParts", (SplitForm,), fields)
    return form_of(data, said=said, initial=shown | (initial or {}), **options)
