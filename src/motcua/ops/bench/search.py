"""The search in three thousand procedures against the same in three hundred: the slowest of twenty."""

import time
from datetime import date
from itertools import product
from typing import Final

from motcua.catalogue.actions.publishing import note_change
from motcua.catalogue.models import Procedure, ProcedureVersion
from motcua.catalogue.queries import procedure_count, search
from motcua.kit import clock
from motcua.kit.text import fold
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, Part, interleaved
from motcua.ops.bench.twin import analyse, inside, twin_database
from motcua.rules.localday import local_day

TARGET = 2.0
SMALL, LARGE = 300, 3_000
_PASSES = 2
_SHARE = 0.95

_ACTS: Final = (
    *("Cấp", "Cấp lại", "Gia hạn", "Thu hồi", "Điều chỉnh", "Đăng ký", "Đăng ký lại", "Xóa", "Công nhận"),
    *("Thẩm định", "Phê duyệt", "Xác nhận", "Thông báo"),
)
_PAPERS: Final = (
    *("giấy phép", "giấy chứng nhận", "chứng chỉ hành nghề", "thẻ", "văn bản chấp thuận", "quyết định"),
    *("phương án", "hồ sơ", "kết quả"),
)
_THINGS: Final = (
    *("khai thác nước dưới đất", "nuôi trồng thủy sản lồng bè", "buôn bán thuốc thú y", "vận tải hành khách"),
    *("đo đạc và bản đồ", "an toàn thực phẩm nông sản", "kiểm dịch thực vật nhập khẩu", "tàu cá cỡ lớn"),
    *("môi giới bất động sản", "đấu giá tài sản", "công chứng viên", "luật sư nước ngoài", "giám định viên"),
    *("khu vực biển ven bờ", "xả nước thải vào công trình thủy lợi", "khoáng sản nhóm bốn", "kho ngoại quan"),
    *("đại lý thuế", "kế toán viên", "bảo hiểm nhân thọ", "công trình cấp đặc biệt", "nhà ở xã hội"),
    *("cảng thủy nội địa", "xe tập lái", "đường ngang đường sắt", "rừng phòng hộ", "mã số vùng trồng"),
)
_LEVELS: Final = (["commune"], ["province"], ["ministry"], ["province", "ministry"])
# Typed as people type: short, without marks, mistyped, as they say it, as a question, by code.
_TEXTS: Final = (
    *(
        "khai sinh",
        "ket hon",
        "chứng thực",
        "giấy phép xây nhà",
        "so do",
        "hộ khẩu",
        "mở quán ăn",
        "khia sinh",
    ),
    *(
        "ho kinh doang",
        "sang tên đất",
        "khaisinh",
        "giaays chuwngs nhaanj",
        "tau ca",
        "khoan gieng",
        "1.001193",
    ),
    *("0011", "khai thac", "cấp lại giấy chứng nhận", "đăng ký", "thẻ", "xyzzy", "luật sư", "ly hôn", "cccd"),
    "Cơ quan nào có thẩm quyền cấp lại giấy phép khai thác nước dưới đất và hồ sơ gồm những gì?",
    "Tôi muốn hỏi thủ tục gia hạn giấy chứng nhận buôn bán thuốc thú y mất bao lâu, lệ phí bao nhiêu?",
    "Trình tự thực hiện thẩm định phương án xả nước thải vào công trình thủy lợi như thế nào",
)


def measure(stage: Stage) -> Outcome:
    """Time both catalogues in turns, with the one query that asks whether anything has changed."""
    on = local_day(clock.now())
    stage.world  # noqa: B018 - the delivered library comes with it
    _fill(SMALL, on=on)
    with twin_database(stage.ground) as small:
        _fill(LARGE, on=on)
        analyse(stage.ground)
        large = _searching(on)
        sizes = stage.sizes
        timing = interleaved(
            large, inside(small, _searching(on)), rounds=sizes.rounds, each=_PASSES, warm_up=_PASSES
        )
    return timing.as_cost(
        "search", target=TARGET, aside=f"slowest of twenty, {LARGE} procedures against {SMALL}"
    )


def _fill(count: int, *, on: date) -> None:
    """Invent procedures until there are so many; rows without actions, because only reading is measured."""
    missing = count - procedure_count(on=on)
    # Every seventh way to put a name together: neighbours would differ by one word only.
    names = [" ".join(parts) for parts in product(_ACTS, _PAPERS, _THINGS)]
    names = [names[number * 7 % len(names)] for number in range(count)][-missing:]
    made = [
        Procedure(code=f"9.{count * 10 + number:06d}", uses=number * 37 % 4_000) for number in range(missing)
    ]
    Procedure.objects.bulk_create(made)
    versions = [_version(procedure, name, on=on) for procedure, name in zip(made, names, strict=True)]
    ProcedureVersion.objects.bulk_create(versions, batch_size=500)
    note_change()


def _version(procedure: Procedure, name: str, *, on: date) -> ProcedureVersion:
    domain = name.split()[-3:]
    return ProcedureVersion(
        procedure=procedure,
        number=1,
        content={"keywords": [], "results": [{"vi": name}], "agencies": None, "competent": []},
        digest="",
        name_vi=name,
        name_en=name,
        domain_key=fold(" ".join(domain)).replace(" ", "-"),
        domain_vi=" ".join(domain).capitalize(),
        levels=_LEVELS[procedure.uses % len(_LEVELS)],
        audience=["citizen"],
        service_level="full",
        run_by="local",
        search_text="",
        effective_from=on,
        published_at=clock.now(),
    )


def _searching(on: date) -> Part:
    """Make a part that answers every text so many times, and takes as long as the slowest of twenty each time."""

    def part(times: int) -> float:
        taken = sorted(_seconds(text, on) for _ in range(times) for text in _TEXTS)
        return taken[int(len(taken) * _SHARE)] * times

    return part


def _seconds(text: str, on: date) -> float:
    began = time.perf_counter()
    search(text, on=on, most=25)
    return time.perf_counter() - began
