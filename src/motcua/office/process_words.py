"""Words of the process pages: kinds of steps, who does them, what a draft still lacks, refusals."""

from collections.abc import Mapping, Sequence

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.dossiers.process_view import function_words, partner_words
from motcua.dossiers.words import limit_words
from motcua.organisation.queries import AgencyFacts
from motcua.rules.deadlines import Limit
from motcua.rules.process import Awaited, Condition, Datum, DatumKind, Node, NodeKind, StepKind, Travel
from motcua.workflow.words import KINDS

Words = Mapping[str, str | Promise]

WORKS: Words = {
    StepKind.WORK: lazy("Xử lý"),
    StepKind.DECIDE: lazy("Ký duyệt kết quả"),
    StepKind.RETURN: lazy("Trả kết quả cho người nộp"),
}
CHANNELS: Words = {
    Travel.ELECTRONIC: lazy("Bản điện tử"),
    Travel.PAPER: lazy("Bản giấy"),
    Travel.BOTH: lazy("Cả hai"),
}
AWAITED: Words = {
    Awaited.SUPPLEMENT: lazy("Người nộp bổ sung hồ sơ"),
    Awaited.PAYMENT: lazy("Nộp phí, lệ phí"),
    Awaited.ANSWER: lazy("Cơ quan khác trả lời"),
}
UNITS: Words = {
    "working_day": lazy("ngày làm việc"),
    "working_hour": lazy("giờ làm việc"),
    "calendar_day": lazy("ngày (tính cả ngày nghỉ)"),
    "hour": lazy("giờ"),
    "month": lazy("tháng"),
    "same_day": lazy("trong ngày"),
}
# What can be put into a process, in the order in which it is offered.
ADDED: Words = {
    NodeKind.TASK: lazy("Bước có người làm"),
    NodeKind.EXCLUSIVE: lazy("Rẽ một nhánh theo điều kiện"),
    NodeKind.PARALLEL: lazy("Chạy song song, hoặc nơi các nhánh gặp lại"),
    NodeKind.INCLUSIVE: lazy("Chọn nhiều nhánh theo điều kiện"),
    NodeKind.CALL: lazy("Phần việc của cơ quan khác"),
    NodeKind.WAIT: lazy("Chờ bổ sung, nộp phí hoặc trả lời"),
    NodeKind.TIMER: lazy("Hẹn giờ"),
    NodeKind.BOUNDARY_TIMER: lazy("Lối đi khi một bước hết giờ"),
    NodeKind.BOUNDARY_ERROR: lazy("Lối đi khi một bước không làm được"),
    NodeKind.END: lazy("Điểm kết thúc"),
}
DATA: Words = {
    DatumKind.TRUTH: lazy("Có hoặc không"),
    DatumKind.CHOICE: lazy("Một trong các giá trị"),
    DatumKind.NUMBER: lazy("Số"),
}
COMPARISONS: Words = {
    "==": lazy("là"),
    "!=": lazy("không phải là"),
    "<": lazy("nhỏ hơn"),
    "<=": lazy("không quá"),
    ">": lazy("lớn hơn"),
    ">=": lazy("từ"),
}
JOINED: Words = {"and": lazy("Đúng tất cả"), "or": lazy("Đúng ít nhất một")}
POLICIES: Words = {
    "stay": lazy("Hồ sơ đang giải quyết theo phiên bản cũ đến hết"),
    "move": lazy("Chuyển hồ sơ đang giải quyết sang phiên bản mới, theo bảng dưới đây"),
    "restart": lazy("Hồ sơ đang giải quyết bắt đầu lại từ đầu quy trình mới; thời hạn vẫn tính tiếp"),
}
REFUSALS: Words = {
    "changed_meanwhile": lazy("Người khác vừa lưu bản nháp này. Xem bản đang lưu rồi lưu lại nếu vẫn đúng."),
    "not_there": lazy("Bản nháp này không còn."),
    "published_before": lazy("Bản nháp này đã được công bố."),
    "bad_key": lazy("Mã chỉ gồm chữ thường không dấu, số và dấu gạch nối."),
    "no_title": lazy("Nhập tên quy trình."),
    "no_such_version": lazy("Không có phiên bản để sao chép."),
    "no_such_procedure": lazy("Không có thủ tục này."),
    "no_such_process": lazy("Chưa có phiên bản nào của quy trình này được công bố."),
    "does_not_fit": lazy(
        "Quy trình này không chạy được cho thủ tục đó: xem các lỗi dưới đây, rồi sửa quy trình hoặc chọn ngày khác."
    ),
    "bad_definition": lazy(
        "Thay đổi này làm sơ đồ không vẽ được: một đường đi không có điểm đầu hoặc điểm cuối."
    ),
    "bad_scenario": lazy("Kịch bản không đọc được."),
    "bad_policy": lazy("Cách chuyển hồ sơ đang giải quyết không hợp lệ."),
    "no_such_doubt": lazy("Câu hỏi này không còn."),
    "no_answer": lazy("Nhập câu trả lời."),
    "has_faults": lazy("Quy trình còn lỗi. Mở “Kiểm tra” để xem từng lỗi."),
    "open_doubts": lazy("Còn câu hỏi từ văn bản nguồn chưa được trả lời."),
    "not_proposed": lazy("Bản nháp chưa được đề nghị công bố, hoặc đã sửa sau khi đề nghị."),
    "same_person": lazy("Người công bố phải khác người sửa gần nhất và khác người đề nghị."),
    "newer_version": lazy(
        "Đã có phiên bản mới hơn bản mà nháp này bắt đầu. Xem lại phần hồ sơ đang giải quyết rồi lưu."
    ),
    "in_flight_running": lazy(
        "Hồ sơ của lần đổi phiên bản trước còn đang được chuyển hoặc đưa về. Chờ xong rồi công bố, hoặc chọn để hồ sơ "
        "đang giải quyết theo phiên bản cũ."
    ),
    "no_legal_basis": lazy("Nhập quyết định phê duyệt quy trình trước khi công bố."),
    "past_day": lazy("Chọn ngày từ hôm nay trở đi."),
    "reason_needed": lazy("Nhập lý do."),
    "unreadable": lazy("Không đọc được bản vẽ."),
}
# Why a dossier stays under the version that it began under.
STAYING: Words = {
    "stays": lazy("đã chọn để ở lại"),
    "unmapped_place": lazy("chưa chọn nơi chuyển đến"),
    "token_doubled": lazy("hai việc sẽ trùng một chỗ"),
    "unreachable_marking": lazy("quy trình mới không bao giờ đứng như vậy"),
    "too_complex": lazy("quy trình mới quá phức tạp để chắc chắn"),
    "data_not_set": lazy("thiếu dữ liệu mà quy trình mới cần"),
    "other_stage": lazy("đã ký ở bản cũ mà chưa ký ở bản mới, hoặc ngược lại"),
    "part_open": lazy("cơ quan phối hợp đang làm"),
    "no_token": lazy("không đứng ở bước nào"),
    "no_way": lazy("tại một cổng không điều kiện nào đúng"),
    "paused": lazy("đang tạm dừng mà bước mới cần hỏi"),
    "changed_meanwhile": lazy("vừa đi tiếp trong lúc chuyển"),
    "not_reckoned": lazy("chưa tính được thời hạn của bước mới"),
}


def refusal(code: str) -> str:
    """Say why something about a draft cannot be done."""
    return str(REFUSALS.get(code) or _("Chưa làm được việc này (%(code)s).") % {"code": code})


def staying(code: str) -> str:
    """Say why a dossier stays where it is."""
    return str(STAYING.get(code, code))


def partner(key: str, agencies: Sequence[AgencyFacts] = ()) -> str:
    """Say which agency has a part."""
    language = get_language() or "vi"
    return partner_words(key, {row.key: row.name(language) for row in agencies})


def who(node: Node, agencies: Sequence[AgencyFacts] = ()) -> str:
    """Say who is at work at a node; empty where nobody is."""
    if node.kind is NodeKind.CALL:
        return partner(node.partner, agencies) if node.partner else _("Chưa chọn cơ quan")
    if node.kind is NodeKind.TASK or node.function:
        return function_words(node.function) if node.function else _("Chưa chọn người làm")
    return ""


def what(node: Node) -> str:
    """Say what happens at a node, beside its title."""
    if node.kind is NodeKind.TASK:
        said = [str(WORKS.get(node.work or StepKind.WORK))]
        if node.prepares:
            said.append(_("soạn thảo kết quả"))
        if node.channel:
            said.append(str(CHANNELS[node.channel]).lower())
        return ", ".join(said)
    if node.kind is NodeKind.WAIT:
        return str(AWAITED[node.awaits]) if node.awaits else _("Chưa chọn đang chờ điều gì")
    if node.kind is NodeKind.BOUNDARY_TIMER:
        return _("Hết giờ thì dừng bước này") if node.interrupts else _("Hết giờ, bước này vẫn tiếp tục")
    return str(ADDED.get(node.kind, KINDS[node.kind])) if node.title_vi else ""


def limit(given: Limit | None) -> str:
    """Say the limit of a step; a dash where the dossier's own holds."""
    return "–" if given is None else limit_words(given)


def value(datum: Datum | None, given: object) -> str:
    """Say a value as people read it."""
    if isinstance(given, bool):
        return _("có") if given else _("không")
    if isinstance(given, int | float):
        return number_format(given)
    for key, title_vi, title_en in datum.values if datum else ():
        if key == given:
            return title_en if get_language() == "en" and title_en else title_vi or key
    return str(given)


def datum(given: Datum) -> str:
    """Say what a datum is called."""
    return given.title_en if get_language() == "en" and given.title_en else given.title_vi or given.name


def condition(given: Condition, data: Sequence[Datum]) -> str:
    """Say a condition in one line."""
    return _said(given.logic, {one.name: one for one in data})


def _said(logic: tuple[object, ...], known: Mapping[str, Datum]) -> str:
    operator = logic[0]
    if operator in JOINED:
        word = _("và") if operator == "and" else _("hoặc")
        parts = [part for part in logic[1:] if isinstance(part, tuple)]
        return f" {word} ".join(
            f"({_said(part, known)})" if part[0] in JOINED else _said(part, known) for part in parts
        )
    if operator == "!" and isinstance(logic[1], tuple):
        return _("không phải: %(part)s") % {"part": _said(logic[1], known)}
    name = str(logic[1])
    found = known.get(name)
    called = datum(found) if found else name
    if operator == "in" and isinstance(logic[2], tuple):
        return _("%(datum)s là một trong: %(values)s") % {
            "datum": called,
            "values": ", ".join(value(found, one) for one in logic[2]),
        }
    return f"{called} {COMPARISONS.get(str(operator), operator)} {value(found, logic[2])}"


def dossiers(number: int) -> str:
    """Say how many dossiers."""
    return ngettext("%(n)s hồ sơ", "%(n)s hồ sơ", number) % {"n": number}
