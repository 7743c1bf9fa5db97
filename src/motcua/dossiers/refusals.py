"""Words for refusals: each says what is the matter and what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as lazy

_REFUSALS = {
    "changed_meanwhile": lazy(
        "Hồ sơ vừa được người khác xử lý. Chưa có gì bị ghi đè: hãy xem lại tình trạng mới rồi thao tác tiếp."
    ),
    "move_not_allowed": lazy("Hồ sơ đang ở tình trạng không cho phép thao tác này. Hãy tải lại trang."),
    "data_missing": lazy("Chọn: %(where)s. Quy trình rẽ nhánh theo dữ kiện này."),
    "no_way": lazy(
        "Chưa có nhánh nào của quy trình phù hợp ở “%(where)s”. Xem lại dữ kiện đã chọn, hoặc báo quản trị."
    ),
    "no_error_path": lazy(
        "Bước này không có nhánh “không thực hiện được”. Nếu chưa làm được, hãy trả lại bước trước."
    ),
    "token_doubled": lazy("Bước trước đang có người khác xử lý. Hãy tải lại trang."),
    "endless": lazy("Quy trình chạy vòng ở “%(where)s”. Báo quản trị: hồ sơ giữ nguyên ở bước này."),
    "no_partner": lazy(
        "Chưa có cơ quan phối hợp cho bước “%(where)s” ở nơi này. Báo quản trị; hồ sơ giữ nguyên."
    ),
    "parts_too_deep": lazy(
        "Các cơ quan phối hợp hỏi nhau vòng tròn ở bước “%(where)s”. Báo quản trị; hồ sơ giữ nguyên."
    ),
    "no_partner_procedure": lazy(
        "Thủ tục %(where)s của cơ quan phối hợp chưa có trong danh mục. Báo quản trị."
    ),
    "part_of_whole": lazy("Đây là phần việc trong hồ sơ liên thông: người dân rút cả hồ sơ ở nơi đã nộp."),
    "decided_before": lazy("Hồ sơ này đã có kết quả được ký. Hãy tải lại trang."),
    "not_yours_to_move": lazy("Việc này thuộc người khác đang giữ hồ sơ. Hãy tải lại trang."),
    "reason_needed": lazy("Ghi rõ lý do để người dân hiểu."),
    "missing_papers": lazy("Còn thiếu giấy tờ bắt buộc: %(papers)s."),
    "missing_people": lazy("Chưa có thông tin người nộp hồ sơ."),
    "missing_address": lazy(
        "Nhận kết quả qua bưu chính thì cần địa chỉ. Ghi địa chỉ liên hệ, hoặc chọn cách nhận khác."
    ),
    "missing_office": lazy("Chưa chọn nơi giải quyết hồ sơ."),
    "agency_ended": lazy(
        "Cơ quan đã chọn vừa được sắp xếp lại và không còn nhận hồ sơ. Phần đã khai vẫn còn: chọn lại nơi giải quyết rồi nộp."
    ),
    "version_changed": lazy(
        "Thủ tục vừa có phiên bản mới. Phần đã khai vẫn còn; hãy xem lại giấy tờ rồi nộp."
    ),
    "no_online_channel": lazy("Thủ tục này chưa nhận hồ sơ trực tuyến ở đây. Hãy nộp tại bộ phận một cửa."),
    "door_closed": lazy(
        "Cổng của tỉnh hiện không nhận hồ sơ trực tuyến. Hãy nộp tại Cổng Dịch vụ công quốc gia."
    ),
    "not_competent": lazy("Cơ quan này không giải quyết thủ tục đã chọn. Hãy chọn cơ quan khác."),
    "not_listed": lazy(
        "Không được yêu cầu “%(papers)s”: giấy tờ này không có trong danh mục của thủ tục. "
        "Yêu cầu chưa gửi đi; lần yêu cầu này được ghi lại."
    ),
    "case_gone": lazy(
        "Thủ tục vừa có phiên bản mới không còn trường hợp mà hồ sơ đã chọn. "
        "Hãy từ chối tiếp nhận, nêu rõ lý do, và mời người nộp nộp lại theo trường hợp đúng."
    ),
    "limit_unconfirmed": lazy(
        "Thời hạn của thủ tục này chưa được xác nhận nên chưa thể hẹn ngày trả kết quả. "
        "Hãy đề nghị cơ quan kiểm soát thủ tục hành chính xác nhận thời hạn trong danh mục rồi tiếp nhận lại."
    ),
    "no_fault": lazy("Chọn ít nhất một giấy tờ cần bổ sung."),
    "no_ground": lazy(
        "Ghi căn cứ của yêu cầu bổ sung đủ rõ để tra được, ví dụ: Điều 15 Nghị định 118/2025/NĐ-CP."
    ),
    "no_remedy": lazy("Với mỗi giấy tờ đã chọn, ghi rõ sai ở đâu và cách sửa."),
    "already_asked": lazy("Hồ sơ này đã được yêu cầu bổ sung một lần; pháp luật không cho yêu cầu lần nữa."),
    "no_such_ground": lazy("Chọn một căn cứ cho yêu cầu bổ sung thêm trong danh sách của thủ tục."),
    "ground_used": lazy("Căn cứ này đã dùng cho một lần yêu cầu bổ sung thêm; mỗi căn cứ chỉ dùng một lần."),
    "second_needs_head": lazy(
        "Yêu cầu bổ sung lần nữa phải do trưởng phòng hoặc lãnh đạo gửi. Chuyển hồ sơ cho trưởng phòng kèm lý do."
    ),
    "nothing_resubmitted": lazy("Hãy nộp lại ít nhất một giấy tờ đang được yêu cầu: %(papers)s."),
    "extend_after_due": lazy(
        "Đã quá giờ hẹn trả: không gia hạn được nữa, và hạn giữ nguyên. Hãy trả kết quả sớm nhất; để xin lỗi và "
        "hẹn ngày đến nhận, soạn một thư xin lỗi mới."
    ),
    "extend_not_later": lazy("Ngày hẹn mới phải sau ngày hẹn hiện tại."),
    "extended_too_often": lazy("Hồ sơ đã được gia hạn một lần; pháp luật không cho gia hạn lần nữa."),
    "extend_too_late": lazy(
        "Đã quá muộn để gia hạn: thư phải được duyệt trước ngày hẹn trả. Hãy trả kết quả đúng hẹn; nếu vẫn trễ thì "
        "sau giờ hẹn soạn thư xin lỗi và hẹn ngày đến nhận."
    ),
    "apology_drafted": lazy(
        "Hồ sơ đã có một dự thảo thư xin lỗi chờ duyệt. Duyệt hoặc không duyệt bản đó rồi mới soạn bản khác."
    ),
    "apologised_already": lazy(
        "Đã gửi một thư xin lỗi và hẹn lại; không hẹn lại lần nữa. "
        "Trưởng phòng cần giải quyết ngay và báo trực tiếp cho người dân."
    ),
    "apology_day_past": lazy("Ngày hẹn trong thư đã qua. Soạn lại với một ngày làm việc sau lúc này."),
    "apology_overtaken": lazy(
        "Ngày hẹn của hồ sơ đã thay đổi từ khi soạn thư này. Không duyệt bản này, rồi soạn thư theo ngày hẹn mới."
    ),
    "approve_not_own": lazy(
        "Người soạn không tự duyệt thư của mình. Hãy để trưởng phòng hoặc lãnh đạo khác duyệt."
    ),
    "not_late": lazy("Hồ sơ không quá hạn nên không có lý do trễ để ghi. Hãy tải lại trang."),
    "reckon_after_due": lazy("Hồ sơ đã quá hạn: lịch mới không làm hồ sơ trễ thành đúng hạn."),
    "reckon_in_the_past": lazy("Theo lịch mới, ngày hẹn đã qua: giữ ngày hẹn đã báo cho người dân."),
    "policy_changed": lazy(
        "Cách tính thời hạn sau khi bổ sung khác với lúc tạm dừng nên chưa chạy tiếp được. Hãy báo quản trị."
    ),
    "restart_after_due": lazy("Hồ sơ đã quá hạn: không tính lại thời hạn từ đầu được."),
    "not_a_working_day": lazy("Ngày hẹn mới phải là ngày làm việc."),
    "outside_calendar": lazy("Chưa có lịch làm việc cho ngày này. Hãy chọn ngày gần hơn."),
    "out_of_order": lazy("Giờ của máy chủ sớm hơn lần xử lý trước của hồ sơ. Hãy báo quản trị."),
    "no_process": lazy("Chưa có quy trình giải quyết nào được ban hành. Hãy báo quản trị."),
    "procedure_withdrawn": lazy("Thủ tục này đã bị bãi bỏ nên không nhận hồ sơ nữa."),
    "no_limit": lazy("Thủ tục này không quy định thời hạn nên không có gì để gia hạn."),
    "result_needed": lazy("Nhập tên văn bản kết quả."),
    "external_number": lazy("Mã hồ sơ do nơi khác cấp chỉ gồm chữ in hoa, chữ số, dấu chấm và gạch nối."),
    "external_number_ours": lazy(
        "Mã này giống mã do hệ thống cấp. Chỉ nhập mã do nơi khác cấp, hoặc để trống."
    ),
    "external_number_taken": lazy("Mã hồ sơ do nơi khác cấp đã có trong hệ thống."),
    "no_number_code": lazy(
        "Cơ quan tiếp nhận chưa có mã định danh nên chưa cấp được mã hồ sơ. Hãy báo quản trị."
    ),
    "not_asked": lazy("Cơ quan không yêu cầu bổ sung giấy tờ này nên không thay được nữa."),
    "desk_closed": lazy("Bộ phận một cửa hiện không tiếp nhận hồ sơ. Hãy báo quản trị."),
    "unknown_component": lazy("Giấy tờ này không có trong danh mục của thủ tục."),
    "not_of_this_function": lazy(
        "Người này không đảm nhiệm bước ấy ở cơ quan. Chọn người khác trong danh sách."
    ),
    "colleague_away": lazy("Người được chọn đang vắng mặt nên không nhận việc mới. Chọn người khác."),
    "holds_already": lazy("Người được chọn đang giữ việc này rồi."),
    "nobody_present": lazy(
        "Mọi người đảm nhiệm bước này đang vắng mặt. Việc giữ nguyên; hãy ủy quyền cho người khác."
    ),
    "nothing_ticked": lazy("Đánh dấu ít nhất một việc trong danh sách."),
    "too_many_ticked": lazy("Mỗi lần giao không quá %(most)s việc. Bỏ bớt dấu chọn rồi giao tiếp lần sau."),
    "comment_needed": lazy("Viết nội dung trao đổi trước khi gửi."),
    "comment_too_long": lazy("Nội dung trao đổi dài quá: rút xuống còn %(most)s ký tự trở xuống."),
    "question_needed": lazy("Viết rõ điều cần hỏi để cơ quan kia trả lời được."),
    "answer_needed": lazy("Viết ý kiến trả lời. Tệp đính kèm không thay cho ý kiến."),
    "opinion_days": lazy("Thời hạn trả lời từ 1 đến %(most)s ngày làm việc."),
    "opinion_itself": lazy("Đây chính là cơ quan đang giải quyết hồ sơ. Chọn cơ quan khác để hỏi ý kiến."),
    "opinion_no_agency": lazy(
        "Cơ quan này không làm việc trên hệ thống. Hãy gửi văn bản hỏi ý kiến theo cách thường."
    ),
    "opinion_asked": lazy(
        "Cơ quan này đang được hỏi ý kiến về hồ sơ. Đợi trả lời, hoặc thôi hỏi rồi hỏi lại."
    ),
    "opinion_over": lazy("Việc hỏi ý kiến này đã kết thúc nên không trả lời được nữa. Hãy tải lại trang."),
    "reopen_not_decided": lazy("Chỉ mở lại được hồ sơ đã có kết quả."),
    "reopened_before": lazy("Hồ sơ này đã được mở lại. Nếu cần, hãy mở lại hồ sơ mới."),
    "reopen_the_whole": lazy("Đây là phần việc trong hồ sơ liên thông: mở lại hồ sơ mà người dân đã nộp."),
    "decision_needed": lazy("Ghi số, ký hiệu quyết định mở lại."),
    "decision_day": lazy("Ngày quyết định mở lại phải từ ngày có kết quả đến hôm nay."),
    "reopen_days": lazy("Thời hạn theo quyết định từ 1 đến %(most)s ngày làm việc."),
    "sign_not_prepare": lazy("Người ký không thể là người soạn hồ sơ."),
}


def refusal(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """Say a refusal in the reader's language, with what to do."""
    text = str(_REFUSALS.get(code, lazy("Chưa thực hiện được. Hãy tải lại trang và thử lại.")))
    return text % facts if facts and "%(" in text else text


def known_refusals() -> frozenset[str]:
    """Return the codes that have words."""
    return frozenset(_REFUSALS)
