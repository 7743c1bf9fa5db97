"""What people read for the faults of a process and for the stories that lead to them."""

from collections.abc import Mapping, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.rules.process import Flow, Node, NodeKind
from motcua.rules.process.faults import Deed, Fault, Scene
from motcua.rules.process.moving import Policy

# Reading and drawing; soundness; conditions and time; what a process owes a dossier; scenarios and moving.
FAULTS = {
    "unsupported_element": lazy("%(element)s: chưa dùng được “%(name)s” (dòng %(line)s); thay bằng phần tử có trong "
                                "hướng dẫn về BPMN"),
    "unknown_field": lazy("%(element)s: không có thuộc tính “%(field)s”; kiểm tra lại chính tả"),
    "unknown_kind": lazy("%(element)s: “%(value)s” không phải giá trị của “%(field)s”"),
    "missing_field": lazy("%(element)s: thiếu “%(field)s”"),
    "long_text": lazy("%(element)s: “%(field)s” dài quá %(most)s ký tự"),
    "bad_limit": lazy("%(element)s: không đọc được thời hạn"),
    "bad_condition": lazy("%(element)s: không đọc được điều kiện “%(text)s”; chọn lại điều kiện trong bảng"),
    "bad_data": lazy("Dữ liệu %(element)s: khai báo không đúng"),
    "repeated_key": lazy("%(element)s: mã này được dùng hai lần; mỗi phần tử một mã riêng"),
    "unknown_node": lazy("%(element)s: nối với phần tử không có trong quy trình"),
    "bad_attachment": lazy("%(element)s: phải gắn vào một bước có người hoặc cơ quan đang chờ xử lý"),
    "bad_flow": lazy("%(element)s: mũi tên không được vào điểm bắt đầu hoặc ra từ điểm kết thúc"),
    "no_start": lazy("Quy trình chưa có điểm bắt đầu"),
    "two_starts": lazy("%(element)s: quy trình chỉ được có một điểm bắt đầu"),
    "implicit_split": lazy("%(element)s: có %(flows)s mũi tên đi ra; đặt một cổng để nói rõ rẽ hay chạy song song"),
    "no_way_out": lazy("%(element)s: không có mũi tên đi ra, hồ sơ đến đây sẽ mắc lại"),
    "unreachable": lazy("%(element)s: không có đường nào từ điểm bắt đầu đến đây"),
    "endless": lazy("%(element)s: vòng lặp chỉ qua các cổng mà không có bước nào"),
    "no_end": lazy("%(element)s: từ đây không đến được điểm kết thúc"),
    "deadlock": lazy("%(element)s: chờ mãi nhánh không bao giờ đến (%(missing)s)"),
    "token_doubled": lazy("%(element)s: cùng một bước bị mở hai lần một lúc"),
    "dead_node": lazy("%(element)s: không bao giờ được làm đến"),
    "dead_flow": lazy("%(element)s: không bao giờ được đi qua"),
    "too_complex": lazy("%(element)s: quy trình quá phức tạp nên chưa chứng minh được là thông suốt; hãy chia nhỏ"),
    "misplaced_condition": lazy("%(element)s: điều kiện chỉ đặt được ở mũi tên ra từ cổng rẽ nhánh"),
    "flow_without_condition": lazy("%(element)s: chưa có điều kiện và cũng không phải đường mặc định"),
    "two_defaults": lazy("%(element)s: có hai đường mặc định"),
    "unknown_datum": lazy("%(element)s: dùng dữ liệu “%(datum)s” chưa khai báo hoặc giá trị không có trong danh sách"),
    "too_many_cases": lazy("%(element)s: điều kiện có quá nhiều trường hợp để xét hết; hãy chia nhỏ"),
    "uncovered_case": lazy("%(element)s: chưa có đường cho trường hợp %(rest)s"),
    "dead_condition": lazy("%(element)s: điều kiện này không bao giờ được chọn"),
    "overlapping_conditions": lazy("%(element)s: có trường hợp cũng thuộc “%(first)s” (%(rest)s); đường đứng trước "
                                   "được chọn"),
    "idle_default": lazy("%(element)s: đường mặc định không bao giờ dùng đến vì điều kiện đã xét hết"),
    "data_not_set": lazy("%(element)s: cần dữ liệu “%(datum)s” mà có đường đến đây chưa bước nào ghi"),
    "too_long": lazy("%(element)s: cộng các bước trên đường dài nhất là %(sum)s, quá thời hạn %(limit)s"),
    "no_step_limit": lazy("%(count)s bước chưa có thời hạn: %(nodes)s"),
    "no_decision": lazy("%(element)s: có đường kết thúc mà không ai ký duyệt"),
    "decided_twice": lazy("%(element)s: có đường ký duyệt hai lần"),
    "unprepared_decision": lazy("%(element)s: có đường ký duyệt mà chưa ai soạn thảo"),
    "no_return": lazy("%(element)s: có đường kết thúc mà không trả kết quả"),
    "returned_twice": lazy("%(element)s: có đường trả kết quả hai lần"),
    "return_before_decision": lazy("%(element)s: có đường trả kết quả trước khi ký duyệt"),
    "return_beside_others": lazy("%(element)s: trả kết quả khi việc khác chưa xong (%(others)s)"),
    "return_at_partner": lazy("%(element)s: cơ quan phối hợp không trả kết quả cho người nộp"),
    "work_after_return": lazy("%(element)s: đứng sau bước trả kết quả, khi hồ sơ đã xong; chuyển lên trước bước trả kết "
                              "quả hoặc bỏ"),
    "timer_on_return": lazy("%(element)s: không hẹn giờ ở bước trả kết quả (%(node)s), vì lúc đó hồ sơ đã giải quyết "
                            "xong; bỏ hẹn giờ này"),
    "sets_at_timer": lazy("%(element)s: ở đây không có người làm nên không ghi được dữ liệu; để bước trước ghi"),
    "sets_at_return": lazy("%(element)s: bước trả kết quả không ghi dữ liệu; chuyển việc ghi dữ liệu lên bước trước"),
    "sets_at_supplement": lazy("%(element)s: người nộp bổ sung nên ở đây không ai ghi được dữ liệu; để bước sau ghi"),
    "sets_at_call": lazy("%(element)s: cơ quan khác chỉ trả lời đồng ý hay không, nên chỉ ghi được một dữ liệu chọn "
                         "một trong các giá trị, có đủ hai giá trị granted và refused"),
    "prepares_and_decides": lazy("%(element)s: cùng một chức năng vừa soạn thảo vừa ký duyệt (%(nodes)s)"),
    "no_scenario": lazy("Quy trình chưa có kịch bản thử nào"),
    "flow_without_scenario": lazy("%(element)s: chưa kịch bản thử nào đi qua"),
    "boundary_without_scenario": lazy("%(element)s: chưa kịch bản thử nào đi qua lối này"),
    "repeated_scenario": lazy("Kịch bản %(element)s: mã này được dùng hai lần"),
    "failing_scenario": lazy("Kịch bản %(element)s: không chạy được đến cuối, dừng ở %(node)s"),
    "unknown_place": lazy("%(element)s: phiên bản cũ không có chỗ này"),
    "unknown_target": lazy("%(element)s: phiên bản mới không có chỗ này để chuyển “%(place)s” đến"),
    "other_sort": lazy("%(element)s: không cùng loại với “%(place)s” nên không chuyển đến được"),
    "unmapped_place": lazy("%(element)s: chưa chọn nơi chuyển đến trong phiên bản mới"),
    "unreachable_marking": lazy("%(element)s: chuyển đến đây thì hồ sơ đứng ở chỗ mà phiên bản mới không bao giờ đến"),
    "calls_itself": lazy("%(element)s: phần việc này lại chạy theo chính quy trình này, nên không bao giờ xong; hãy chọn "
                         "thủ tục có quy trình khác"),
    "parts_too_deep": lazy("%(element)s: phần việc này lại chia tiếp cho cơ quan khác quá %(most)s tầng; hãy chọn thủ "
                           "tục có quy trình ít tầng hơn"),
    "no_holder": lazy("%(element)s: chưa ai giữ chức năng này ở %(agencies)s"),
}  # fmt: skip
# What is missing, where the field alone would not say it.
MISSING = {
    "function": lazy("%(element)s: chưa chọn chức năng thực hiện"),
    "awaits": lazy("%(element)s: chưa chọn đang chờ điều gì"),
    "limit": lazy("%(element)s: chưa có thời hạn"),
    "id": lazy("Phần tử “%(name)s” ở dòng %(line)s không có mã (id)"),
}
UNREADABLE = {
    "missing": lazy("không tìm thấy tệp; kiểm tra lại đường dẫn"),
    "empty": lazy("tệp rỗng; hãy xuất lại từ nguồn"),
    "not_xml": lazy("không phải XML đọc được; hãy xuất lại dạng BPMN 2.0"),
    "doctype": lazy("có khai báo DOCTYPE nên không đọc; hãy xuất lại dạng BPMN 2.0 thường"),
    "too_large": lazy("lớn hơn 4 MB nên không phải một quy trình; kiểm tra lại tệp"),
    "too_many_elements": lazy("có quá nhiều phần tử nên không phải một quy trình; hãy chia nhỏ"),
    "too_deep": lazy("phần tử lồng nhau quá sâu; kiểm tra lại tệp"),
    "not_bpmn": lazy("là XML nhưng không phải BPMN 2.0"),
    "no_process": lazy("không có quy trình nào trong tệp"),
    "two_processes": lazy("có nhiều hơn một quy trình; tách mỗi quy trình một tệp"),
}
# What a node without a title is called.
KINDS = {
    NodeKind.START: lazy("Điểm bắt đầu"),
    NodeKind.END: lazy("Điểm kết thúc"),
    NodeKind.TASK: lazy("Bước chưa đặt tên"),
    NodeKind.EXCLUSIVE: lazy("Cổng rẽ nhánh"),
    NodeKind.PARALLEL: lazy("Cổng song song"),
    NodeKind.INCLUSIVE: lazy("Cổng chọn nhiều nhánh"),
    NodeKind.CALL: lazy("Phần của cơ quan khác"),
    NodeKind.WAIT: lazy("Chờ"),
    NodeKind.TIMER: lazy("Hẹn giờ"),
    NodeKind.BOUNDARY_TIMER: lazy("Hết giờ"),
    NodeKind.BOUNDARY_ERROR: lazy("Đường lỗi"),
}
# What a file alone cannot tell.
UNCHECKED = {
    "holders": lazy("Chưa xét: ai giữ chức năng ở từng cơ quan (xét khi công bố)."),
    "limit": lazy("Chưa xét: tổng thời hạn các bước, vì chưa nêu thời hạn của thủ tục."),
    "scenarios": lazy("Chưa xét: kịch bản thử."),
    "rest": lazy("Chưa xét phần còn lại: sửa các lỗi trên rồi kiểm tra lại."),
}
# What happens to the dossiers that run under the version before.
POLICIES = {
    Policy.STAY: lazy("Ở lại phiên bản cũ cho đến khi xong"),
    Policy.MOVE: lazy("Chuyển sang phiên bản mới theo bảng đối chiếu các bước"),
    Policy.RESTART: lazy("Làm lại từ đầu theo phiên bản mới, thời hạn vẫn tính tiếp"),
}
# Why a dossier stays under the version before.
KEPT = {
    "stays": lazy("chính sách là ở lại"),
    "unmapped_place": lazy("chưa chọn nơi chuyển đến cho bước đang làm"),
    "token_doubled": lazy("hai bước đang làm cùng chuyển về một bước"),
    "unreachable_marking": lazy("phiên bản mới không bao giờ làm các bước này cùng lúc"),
    "too_complex": lazy("quy trình quá phức tạp nên chưa chắc là chuyển được"),
    "data_not_set": lazy("phiên bản mới cần dữ liệu mà hồ sơ chưa có"),
    "other_stage": lazy("hồ sơ đã ký duyệt nhưng nơi chuyển đến là trước khi ký duyệt, hoặc ngược lại"),
    "part_open": lazy("cơ quan phối hợp đang làm phần việc của mình"),
    "paused": lazy("đang tạm dừng, mà phiên bản mới bắt đầu bằng việc hỏi cơ quan phối hợp"),
    "no_way": lazy("chưa có dữ liệu để chọn nhánh đầu tiên của phiên bản mới"),
    "no_partner": lazy("chưa xác định được cơ quan phối hợp"),
    "no_partner_procedure": lazy("thủ tục của cơ quan phối hợp chưa có hiệu lực"),
    "no_process": lazy("thủ tục của cơ quan phối hợp chưa có quy trình"),
    "not_reckoned": lazy("không tính được thời hạn của bước theo lịch của cơ quan"),
    "changed_meanwhile": lazy("hồ sơ đã chuyển sang quy trình khác trong lúc xử lý"),
}
_REFUSALS = {
    "not_there": lazy("Không tìm thấy bản soạn này; có thể đã bị bỏ. Hãy mở lại danh sách quy trình."),
    "changed_meanwhile": lazy("Người khác vừa lưu bản soạn này. Hãy xem bản của họ rồi lưu lại phần của bạn."),
    "published_before": lazy("Bản soạn này đã được ban hành nên không sửa được nữa. Hãy tạo bản soạn mới."),
    "bad_key": lazy("Mã quy trình chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, tối đa 80 ký tự."),
    "no_title": lazy("Hãy nhập tên quy trình."),
    "no_such_version": lazy("Không tìm thấy phiên bản để sao chép. Hãy chọn lại trong danh sách."),
    "no_such_procedure": lazy("Không tìm thấy thủ tục này. Hãy chọn lại trong danh mục."),
    "no_such_process": lazy("Quy trình này chưa có phiên bản nào được ban hành."),
    "does_not_fit": lazy(
        "Quy trình này không chạy được cho thủ tục đó: xem các lỗi dưới đây, rồi sửa quy trình hoặc chọn ngày khác."
    ),
    "bad_definition": lazy("Bảng các bước có chỗ không đọc được, nên chưa lưu. Hãy sửa chỗ được đánh dấu."),
    "bad_scenario": lazy("Kịch bản có chỗ không đọc được, nên chưa lưu. Hãy sửa chỗ được đánh dấu."),
    "bad_policy": lazy("Hãy chọn cách xử lý hồ sơ đang giải quyết: ở lại, chuyển theo bảng đối chiếu, hoặc làm lại."),
    "no_such_doubt": lazy("Câu hỏi này không còn nữa. Hãy tải lại trang."),
    "no_answer": lazy("Hãy nhập câu trả lời."),
    "has_faults": lazy("Quy trình còn lỗi nên chưa trình hay ban hành được. Hãy sửa các lỗi trong danh sách kiểm tra."),
    "open_doubts": lazy("Còn câu hỏi chưa trả lời về văn bản đã nhập. Hãy trả lời hết trước."),
    "not_proposed": lazy("Bản soạn chưa được trình, hoặc đã sửa sau khi trình. Người soạn cần trình lại."),
    "same_person": lazy("Người ban hành phải khác người trình và người sửa cuối. Hãy nhờ một người thứ hai."),
    "newer_version": lazy("Quy trình vừa có phiên bản mới hơn bản bạn đã xem. Hãy xem phiên bản đó rồi lưu lại cách xử "
                          "lý hồ sơ đang giải quyết."),
    "in_flight_running": lazy("Hồ sơ của lần đổi phiên bản trước còn đang được chuyển hoặc đưa về. Hãy chờ xong rồi ban "
                              "hành, hoặc để hồ sơ đang giải quyết ở lại phiên bản cũ."),
    "no_legal_basis": lazy("Hãy nhập văn bản làm căn cứ ban hành."),
    "past_day": lazy("Không đổi được quy trình cho những ngày đã qua. Hãy chọn từ hôm nay trở đi."),
    "reason_needed": lazy("Hãy nhập lý do."),
}  # fmt: skip
_DEEDS = {
    Deed.DONE: lazy("%(node)s: xong"),
    Deed.FAILED: lazy("%(node)s: không thành, đi đường lỗi"),
    Deed.EXPIRED: lazy("%(node)s: hết giờ"),
}
# Facts that hold keys of nodes and flows, parted by commas.
_KEYS = frozenset({"missing", "nodes", "others", "first", "node", "place", "marking"})
_MINUTES = frozenset({"sum", "limit"})
_DAY = 480


class _Facts(dict[str, str]):
    """What a sentence is filled with; a fact that a fault does not bring says nothing."""

    def __missing__(self, name: str) -> str:
        return "…"


def titles_of(nodes: Sequence[Node], flows: Sequence[Flow], language: str) -> dict[str, str]:
    """Give what each node and flow is called, on one line; a flow without a title is left out."""
    titles = {node.key: _on_line(node.title_en if language == "en" else "", node.title_vi) for node in nodes}
    kinds = {node.key: str(KINDS[node.kind]) for node in nodes}
    ways = {flow.key: _on_line(flow.title(language), "") for flow in flows}
    return {key: title or kinds[key] for key, title in titles.items()} | {
        key: title for key, title in ways.items() if title
    }


def _on_line(title: str, otherwise: str) -> str:
    return " ".join((title or otherwise).split())


def fault_words(fault: Fault, titles: Mapping[str, str]) -> str:
    """Say what is wrong, in one sentence without its full stop; `titles` are those of nodes and flows by key."""
    if fault.kind in UNREADABLE:
        return _("Bản vẽ không đọc được: %(why)s") % {"why": UNREADABLE[fault.kind]}
    sentence = str(FAULTS.get(fault.kind, fault.kind))
    if fault.kind == "missing_field":
        sentence = str(MISSING.get(str(fault.facts.get("field")), sentence))
    facts = _Facts({name: _fact(name, value, titles) for name, value in fault.facts.items()})
    facts["element"] = named(fault.element, titles)
    facts["rest"] = ", ".join(f"{name} = {value}" for name, value in fault.facts.items() if name not in _KEYS)
    return sentence % facts


def story_words(story: tuple[Scene, ...], titles: Mapping[str, str]) -> list[str]:
    """Tell a story, a line for each step: what happened where, and which ways were taken if they have names."""
    lines = []
    for scene in story:
        line = _DEEDS[scene.deed] % {"node": named(scene.node, titles)}
        ways = [titles[key] for key in scene.flows if titles.get(key)]
        if ways:
            line = _("%(line)s, theo “%(ways)s”") % {"line": line, "ways": "”, “".join(ways)}
        lines.append(str(line))
    return lines


def named(key: str, titles: Mapping[str, str]) -> str:
    """Name an element by its title with its key, or by its key alone."""
    title = titles.get(key)
    return f"“{title}” ({key})" if title and title != key else key


def _fact(name: str, value: str | int, titles: Mapping[str, str]) -> str:
    if name in _KEYS:
        return ", ".join(titles.get(key) or key for key in str(value).split(", "))
    if name in _MINUTES and isinstance(value, int):
        whole = value % _DAY == 0
        days = number_format(value // _DAY if whole else value / _DAY, None if whole else 2)
        count = 1 if value == _DAY else 2
        return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", count) % {"n": days}
    return str(value)


def refusal(code: str) -> str:
    """Say why nothing was done to a draft, and what to do; for a code of `UnableToDraft`."""
    return str(_REFUSALS.get(code, lazy("Chưa thực hiện được. Hãy tải lại trang và thử lại.")))


def known_refusals() -> frozenset[str]:
    """Return the codes that have words of their own."""
    return frozenset(_REFUSALS)


def kept_words(reason: str) -> str:
    """Say why a dossier stays under the version before."""
    return str(KEPT.get(reason, lazy("không chuyển được")))
