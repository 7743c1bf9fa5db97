"""The papers of a procedure for its page: what to hand in, what to show, what the state has, by case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from motcua.catalogue.format import ComponentGroup, ComponentRecord, ProcedureRecord
from motcua.kit.text import fold
from motcua.portal.wording import count_words, marked, note_of, said, shown

# A longer name is a text to read, not a heading.
_HEADING = 110


@dataclass(frozen=True)
class Paper:
    """One paper; `source` stands beside what could not be read from it."""

    name: str
    count: str
    required: bool
    form: str
    note: str
    replaced_by: str
    why: str
    source: str
    long: bool


@dataclass
class Group:
    """The papers of one case, or of every case (no title); `of_source` when only the source names the case."""

    title: str
    of_source: bool = False
    items: list[Paper] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What a procedure asks for."""

    must: list[Group]
    show: list[Group]
    held: list[Group]

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to hand in or to show."""
        return not (self.must or self.show)


def asked(record: ProcedureRecord, *, case: str) -> Asked:
    """Return what a case asks for, or all cases (""); what data replace comes apart."""
    rows = record.components_of(case) if case else record.components
    # Within one case there is nothing to tell apart.
    cases = {} if case or len(record.cases) == 1 else {row.key: said(row) for row in record.cases}
    held = [row for row in rows if row.replaceable_by]
    own = [row for row in rows if not row.replaceable_by]
    return Asked(
        must=_groups([row for row in own if row.group is ComponentGroup.SUBMIT], cases),
        show=_groups([row for row in own if row.group is ComponentGroup.SHOW], cases),
        held=_groups(held, cases),
    )


def _groups(rows: Iterable[ComponentRecord], cases: Mapping[str, str]) -> list[Group]:
    found: dict[tuple[str, str], Group] = {}
    for row in rows:
        case = cases.get(row.case or "", "")
        key = (case, row.when or "")
        if key not in found:
            found[key] = _group(case, row.when)
        found[key].items.append(_paper(row))
    # What everyone needs comes first; the cases keep the order of the file.
    return sorted(found.values(), key=lambda group: bool(group.title))


def _group(case: str, when: str | None) -> Group:
    if not when:
        return Group(case)
    return Group(f"{case}; {when}" if case else when, of_source=True)


def _paper(row: ComponentRecord) -> Paper:
    source = row.source or ""
    return Paper(
        name=shown(row.name),
        count=count_words(row),
        required=row.required,
        form=_form(row),
        note=note_of(row),
        replaced_by=marked(row.replaceable_by.name) if row.replaceable_by else "",
        why=row.doubt or "",
        # A source that says no more than the name would only be read twice.
        source=source if row.doubt and fold(source) != fold(row.name.vi) else "",
        long=len(said(row.name)) > _HEADING,
    )


def _form(row: ComponentRecord) -> str:
    if row.form and row.form_file:
        return f"{row.form} ({row.form_file})"
    return row.form or (_("mẫu %(file)s") % {"file": row.form_file} if row.form_file else "")
