"""The papers that a procedure asks for, as an officer is shown them who asked for another."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from motcua.catalogue.format import ComponentGroup, ComponentRecord, LegalBasisRecord
from motcua.dossiers import queries, words
from motcua.dossiers.access import Dossier
from motcua.dossiers.procedure_facts import need_words


def paper_list(row: Dossier, *, on: date) -> dict[str, Any]:
    """Return the papers of the version that holds for a dossier on a day, and what that list rests on."""
    version = queries.holding(row, "components", on=on)
    record = version.record
    return {
        "columns": [{"label": _("Giấy tờ")}, {"label": _("Số lượng")}, {"label": _("Khi nào cần")}],
        "rows": [[_name(item), _amount(item), _need(item)] for item in record.components_of(row.case)],
        "version": version.number,
        "decision": record.decision,
        "bases": [_basis(item) for item in record.legal_bases],
    }


def _name(item: ComponentRecord) -> str:
    return item.name.en if words.in_english() else item.name.vi


def _amount(item: ComponentRecord) -> str:
    if not item.originals and not item.copies:
        return _("không rõ trong nguồn")
    return _("%(originals)s bản chính, %(copies)s bản sao") % {
        "originals": item.originals,
        "copies": item.copies,
    }


def _need(item: ComponentRecord) -> str:
    if item.group is ComponentGroup.SHOW:
        return _("chỉ xuất trình")
    return need_words(item) or (_("bắt buộc") if item.required else "")


def _basis(item: LegalBasisRecord) -> str:
    number = " ".join(part for part in (item.kind.value if item.kind else "", item.number or "") if part)
    return number or item.title
