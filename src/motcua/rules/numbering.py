"""Dossier numbers: agency, date of reception, sequence within the day (NĐ 61/2018 Điều 26; TT 01/2018 Điều
19). The pattern is the agency's template; codes issued elsewhere are taken as they are.

See docs/rules/numbering.md.
"""

import re
from dataclasses import dataclass
from datetime import date

from motcua.rules.refusals import Refusal

_LONGEST = 64
_ANY_CODE = re.compile(rf"[0-9A-Z.\-/]{{1,{_LONGEST}}}")
_AGENCY = re.compile(r"[0-9A-Z.]+")
_LITERAL = re.compile(r"[0-9A-Z.\-/]*")
_BETWEEN = re.compile(r"[.\-/]|[.\-/][0-9A-Z.\-/]*[.\-/]")
_FIELD = re.compile(r"\{([^{}]*)\}")
_WIDTH = re.compile(r"0?([1-9])")
_DATE_PARTS = {"%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d{2})", "%m": r"(?P<m>\d{2})", "%d": r"(?P<d>\d{2})"}
_NAMES = ("agency", "date", "seq")


class NumberRefused(Refusal):
    """A template or a number is not sound.

    Codes of templates: unbalanced, unknown_field, missing_agency, missing_date, missing_sequence,
    repeated_field, bad_date_format, bad_sequence_width, bad_literal, fields_touch. Of numbers: bad_agency,
    bad_day, bad_sequence, too_long, not_this_template.
    """


@dataclass(frozen=True, slots=True)
class DossierNumber:
    """What a number says: the agency's code, the day of reception, the sequence of that agency and day."""

    agency: str
    day: date
    sequence: int


@dataclass(frozen=True, slots=True)
class NumberTemplate:
    """A sound template, made by `parse`; `text` is as it was written."""

    text: str
    literals: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    pattern: re.Pattern[str]

    @classmethod
    def parse(cls, text: str) -> "NumberTemplate":
        """Read a template such as `{agency}-{date:%y%m%d}-{seq:04}`; `NumberRefused` names what is wrong."""
        pieces = _FIELD.split(text)
        literals, inside = tuple(pieces[::2]), pieces[1::2]
        if any("{" in literal or "}" in literal for literal in literals):
            raise NumberRefused("unbalanced")
        fields = tuple(_read_field(field) for field in inside)
        _check_fields([name for name, _ in fields])
        _check_literals(literals)
        return cls(text, literals, fields, _pattern(literals, fields))

    def format(self, *, agency: str, day: date, sequence: int) -> str:
        """Write the number, widening the sequence beyond its digits; `NumberRefused` if it cannot be done."""
        if not _AGENCY.fullmatch(agency):
            raise NumberRefused("bad_agency")
        if sequence < 1:
            raise NumberRefused("bad_sequence")
        parts = [self.literals[0]]
        for (name, style), literal in zip(self.fields, self.literals[1:], strict=True):
            parts += [_write(name, style, agency, day, sequence), literal]
        number = "".join(parts)
        if len(number) > _LONGEST:
            raise NumberRefused("too_long")
        return number

    def parse_number(self, text: str) -> DossierNumber:
        """Read back a number that `format` wrote; `NumberRefused` (not_this_template) for any other text."""
        found = self.pattern.fullmatch(text)
        if found is None:
            raise NumberRefused("not_this_template")
        part = found.groupdict()
        year = int(part["Y"]) if part.get("Y") else 2000 + int(part["y"])
        try:
            day = date(year, int(part["m"]), int(part["d"]))
            number = DossierNumber(part["agency"], day, int(part["seq"]))
            same = self.format(agency=number.agency, day=day, sequence=number.sequence) == text
        except (ValueError, NumberRefused):
            same = False
        if not same:
            raise NumberRefused("not_this_template")
        return number


def acceptable_external(code: str) -> bool:
    """Tell whether a code issued elsewhere can be kept: 1 to 64 of digits, capitals, dot, hyphen, slash."""
    return _ANY_CODE.fullmatch(code) is not None


def _read_field(field: str) -> tuple[str, str]:
    """Split a field into its name and its style: the date format, or the width of the sequence."""
    name, _, style = field.partition(":")
    if name not in _NAMES or (name == "agency" and style):
        raise NumberRefused("unknown_field")
    if name == "date":
        tokens = re.findall(r"%.|[^%]", style)
        if sorted(tokens) not in (["%Y", "%d", "%m"], ["%d", "%m", "%y"]):
            raise NumberRefused("bad_date_format")
    if name == "seq":
        width = _WIDTH.fullmatch(style)
        if width is None:
            raise NumberRefused("bad_sequence_width")
        style = width[1]
    return name, style


def _check_fields(names: list[str]) -> None:
    for name, code in zip(_NAMES, ("missing_agency", "missing_date", "missing_sequence"), strict=True):
        if name not in names:
            raise NumberRefused(code)
    if len(names) > len(_NAMES):
        raise NumberRefused("repeated_field")


def _check_literals(literals: tuple[str, ...]) -> None:
    if not all(_LITERAL.fullmatch(literal) for literal in literals):
        raise NumberRefused("bad_literal")
    # Without a separator a number could be read back in two ways.
    if not all(_BETWEEN.fullmatch(literal) for literal in literals[1:-1]):
        raise NumberRefused("fields_touch")


def _pattern(literals: tuple[str, ...], fields: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    parts = [re.escape(literals[0])]
    for (name, style), literal in zip(fields, literals[1:], strict=True):
        if name == "agency":
            parts.append(rf"(?P<agency>{_AGENCY.pattern})")
        elif name == "seq":
            parts.append(rf"(?P<seq>\d{{{style},}})")
        else:
            parts += [_DATE_PARTS[token] for token in re.findall("%.", style)]
        parts.append(re.escape(literal))
    return re.compile("".join(parts), re.ASCII)


def _write(name: str, style: str, agency: str, day: date, sequence: int) -> str:
    if name == "agency":
        return agency
    if name == "seq":
        return f"{sequence:0{style}}"
    if not 1000 <= day.year <= 9999 or ("%y" in style and day.year // 100 != 20):
        raise NumberRefused("bad_day")
    return day.strftime(style)
