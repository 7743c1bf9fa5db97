"""Words of the catalogue for citizens, in the reader's language: places, levels, kinds, where to file."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.catalogue.format import (
    Audience,
    ChannelKind,
    CompetentRecord,
    ComponentRecord,
    Level,
    PartialReasonKind,
    ProcedureRecord,
    RunBy,
    ServiceLevel,
)
from motcua.dossiers.procedure_words import (
    count_words,
    fee_words,
    language,
    marked,
    one_of,
    said,
    shown,
)
from motcua.dossiers.queries.solved import done_in_province
from motcua.kit.text import fold
from motcua.organisation import queries as organisation

__all__ = [
    "AUDIENCES",
    "KINDS",
    "LEVELS",
    "PARTIAL_REASONS",
    "SERVICE_LEVELS",
    "count_words",
    "executing_here",
    "fee_words",
    "language",
    "marked",
    "note_of",
    "one_of",
    "place_words",
    "said",
    "shown",
    "where_words",
]

LEVELS = {
    "commune": lazy("Cấp xã"),
    "province": lazy("Cấp tỉnh"),
    "ministry": lazy("Cấp bộ"),
}
_PLACES = {
    "commune": lazy("Ủy ban nhân dân xã, phường"),
    "province": lazy("Sở, ban, ngành của tỉnh"),
    "ministry": lazy("Bộ, ngành trung ương"),
}
# The kinds of agencies that solve procedures, in the order of their list.
KINDS = {
    "province": lazy("Ủy ban nhân dân tỉnh"),
    "department": lazy("Sở, ban, ngành"),
    "sub_department": lazy("Chi cục"),
    "public_service_unit": lazy("Đơn vị sự nghiệp công lập"),
    "commune": lazy("Ủy ban nhân dân xã, phường"),
}
SERVICE_LEVELS = {
    ServiceLevel.INFORMATION: lazy("Chỉ cung cấp thông tin"),
    ServiceLevel.PARTIAL: lazy("Trực tuyến một phần"),
    ServiceLevel.FULL: lazy("Trực tuyến toàn trình"),
    ServiceLevel.UNSTATED: lazy("Nguồn chưa nêu"),
}
AUDIENCES = {
    Audience.CITIZEN: lazy("Công dân Việt Nam"),
    Audience.BUSINESS: lazy("Doanh nghiệp"),
    Audience.FOREIGNER: lazy("Người nước ngoài"),
    Audience.OVERSEAS_VIETNAMESE: lazy("Người Việt Nam ở nước ngoài"),
    Audience.ORGANISATION: lazy("Cơ quan, tổ chức"),
    Audience.COOPERATIVE: lazy("Hợp tác xã"),
    Audience.OFFICIAL: lazy("Cán bộ, công chức, viên chức"),
}
PARTIAL_REASONS = {
    PartialReasonKind.PRESENCE_REQUIRED: lazy("pháp luật yêu cầu bạn có mặt"),
    PartialReasonKind.ON_SITE_CHECK: lazy("cơ quan phải kiểm tra tại chỗ"),
    PartialReasonKind.TECHNICAL_FAILURE: lazy("hệ thống đang gặp sự cố"),
    PartialReasonKind.OTHER_TECHNICAL: lazy("điều kiện kỹ thuật chưa đủ"),
}


def executing_here(record: ProcedureRecord, *, on: date) -> list[str]:
    """Return who solves a procedure as its source spells them, without the departments of other provinces.

    The national record lists whoever has taken the procedure up; a reader here has no use for another
    province's. Where all are of other provinces, all are kept: who else it would be is not known.
    """
    named = (record.agencies.executing or record.agencies.deciding) if record.agencies else ()
    ours = fold(organisation.province_name(on=on))
    elsewhere = [fold(name) for _code, name in organisation.provinces(on=on)]
    others = [_bare(name) for name in elsewhere if _bare(name) and not ours.endswith(_bare(name))]
    here = [name for name in named if not any(fold(name).endswith(f" {other}") for other in others)]
    return here or list(named)


def _bare(name: str) -> str:
    return name.removeprefix("tinh ").removeprefix("thanh pho ")


def place_words(record: ProcedureRecord, *, on: date) -> list[str]:
    """Name who decides."""
    return list(dict.fromkeys(_place(row, on) for row in record.competent))


def _place(row: CompetentRecord, on: date) -> str:
    if row.agency is not None:
        found = organisation.agency_by_key(row.agency)
        name = organisation.agency_facts(found, on=on).name(language()) if found else row.agency
    else:
        name = str(_PLACES[row.level.value]) if row.level else ""
    return f"{said(row.body)}, {name}" if row.body else name


_RUN_BY = {
    RunBy.MINISTRY_SYSTEM: lazy("Hồ sơ trực tuyến của thủ tục này nộp trên hệ thống của bộ chủ quản."),
    RunBy.NATIONAL_PORTAL: lazy("Hồ sơ trực tuyến của thủ tục này nộp trên Cổng Dịch vụ công quốc gia."),
}


def where_words(record: ProcedureRecord, *, door_shut: bool) -> str:
    """Say where a procedure is filed that cannot be filed on this site."""
    said_so = [str(_RUN_BY[record.run_by])] if record.run_by in _RUN_BY else []
    if door_shut:
        said_so.append(
            _("Cổng của tỉnh hiện không nhận hồ sơ trực tuyến: hãy nộp tại Cổng Dịch vụ công quốc gia.")
        )
    if record.levels == (Level.MINISTRY,):
        said_so.append(_("Thủ tục này do cơ quan trung ương giải quyết: nộp tại cơ quan đó."))
    elif not done_in_province(record):
        said_so.append(
            _("Thủ tục này không do cơ quan của tỉnh giải quyết: nộp tại nơi giải quyết nêu ở trên.")
        )
    elif any(row.channel is ChannelKind.POST for row in record.channels):
        said_so.append(
            _("Bạn có thể nộp trực tiếp tại bộ phận một cửa bất kỳ trong tỉnh hoặc qua bưu chính.")
        )
    else:
        said_so.append(_("Bạn có thể nộp trực tiếp tại bộ phận một cửa bất kỳ trong tỉnh."))
    return " ".join(said_so)


def note_of(item: ComponentRecord) -> str:
    """Return the note on a paper; it exists in Vietnamese only."""
    return item.note or ""
