"""What a new version of a procedure changes for someone who is filling in a draft, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from motcua.catalogue.format import ComponentRecord, ProcedureRecord
from motcua.dossiers import words
from motcua.dossiers.queries import components_needed, limit_for, limit_unread
from motcua.portal.wording import fee_words, said
from motcua.rules.deadlines import Limit


def changes(left: ProcedureRecord, now: ProcedureRecord, *, case: str) -> list[str]:
    """Say what differs between two versions for an online dossier of a case; empty for nothing that matters."""
    kept = case if case in {row.key for row in left.cases} else left.cases[0].key
    before = {item.key: item for item in components_needed(left, kept)}
    after = {item.key: item for item in components_needed(now, case)}
    said_changes = _papers(before, after)
    old, new = limit_for(left, channel="online", case=kept), limit_for(now, channel="online", case=case)
    if old != new:
        said_changes.append(
            _("Thời hạn giải quyết đổi từ “%(old)s” thành “%(new)s”.")
            % {"old": _limit(left, old, kept), "new": _limit(now, new, case)}
        )
    if _fees(left, kept) != _fees(now, case):
        said_changes.append(_("Phí, lệ phí bây giờ: %(fees)s.") % {"fees": "; ".join(_fees(now, case))})
    if kept != case or [row.key for row in left.cases] != [row.key for row in now.cases]:
        said_changes.append(_("Các trường hợp của thủ tục đã đổi: hãy xem lại trường hợp đã chọn."))
    return said_changes


def _limit(record: ProcedureRecord, limit: Limit | None, case: str) -> str:
    if limit_unread(record, channel="online", case=case):
        return _("chưa xác nhận")
    return str(words.limit_words(limit))


def _papers(before: dict[str, ComponentRecord], after: dict[str, ComponentRecord]) -> list[str]:
    lines = []
    if added := [item for key, item in after.items() if key not in before]:
        lines.append(_("Thêm giấy tờ: %(papers)s.") % {"papers": _names(added)})
    if dropped := [item for key, item in before.items() if key not in after]:
        lines.append(_("Không còn phải nộp: %(papers)s.") % {"papers": _names(dropped)})
    both = [(item, after[key]) for key, item in before.items() if key in after]
    if now_required := [new for old, new in both if new.required and not old.required]:
        lines.append(_("Nay bắt buộc phải có: %(papers)s.") % {"papers": _names(now_required)})
    if now_free := [new for old, new in both if old.required and not new.required]:
        lines.append(_("Không còn bắt buộc: %(papers)s.") % {"papers": _names(now_free)})
    return lines


def _names(items: Iterable[ComponentRecord]) -> str:
    return "; ".join(f"“{said(item.name)}”" for item in items)


def _fees(record: ProcedureRecord, case: str) -> tuple[str, ...]:
    rows = [row for row in record.channels_of(case) if row.channel.value == "online"]
    return tuple(fee_words(fee) for row in rows for fee in row.fees)
