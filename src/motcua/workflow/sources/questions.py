"""The words for what an import asks and remarks, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.workflow.sources.doubts import Doubt, Kind, Note, Remark

QUESTIONS: Mapping[Kind, str | Promise] = {
    Kind.NO_TABLE: _("Không tìm thấy bảng các bước. Văn bản này có đúng là quy trình nội bộ không?"),
    Kind.TORN_TABLE: _(
        "Bảng các bước không chia được thành hàng và cột. Hãy xuất lại văn bản hoặc vẽ quy trình."
    ),
    Kind.NO_LIMIT: _("Văn bản không nêu thời hạn giải quyết. Thời hạn là bao lâu?"),
    Kind.LIMIT_IN_PARTS: _("Thời hạn được nêu theo từng phần việc. Cộng lại thì thời hạn chung là bao lâu?"),
    Kind.LIMITS_DIFFER: _("Thời hạn ở phần quy định và ở đầu cột thời gian khác nhau. Thời hạn nào đúng?"),
    Kind.UNIT_OF_DAYS: _("“Ngày” trong cột thời gian là ngày làm việc hay ngày theo lịch?"),
    Kind.NO_TIME: _("Bước này không có thời gian đọc được. Thời gian của bước là bao lâu?"),
    Kind.SEVERAL_TIMES: _(
        "Một ô ghi nhiều thời gian. Cộng lại, lấy thời gian dài nhất hay ghi thời gian khác?"
    ),
    Kind.SHARED_TIME: _("Nhiều bước ghi chung một thời gian. Chia đều cho các bước hay không đặt riêng?"),
    Kind.OVER_LIMIT: _("Tổng thời gian các bước vượt thời hạn. Sửa thời hạn hay thời gian của bước nào?"),
    Kind.UNKNOWN_ACTOR: _("Chưa rõ ai làm bước này. Vị trí nào thực hiện?"),
    Kind.NO_DECISION: _("Không thấy bước ký duyệt. Bước nào là bước quyết định?"),
    Kind.NO_RETURN: _("Không thấy bước trả kết quả. Thêm bước này hay chọn một bước có sẵn?"),
    Kind.NO_PREPARER: _("Không thấy ai dự thảo kết quả trước khi ký. Thêm bước dự thảo?"),
}
REMARKS: Mapping[Remark, str | Promise] = {
    Remark.RECEIVED_BEFORE: _(
        "Tiếp nhận xong quy trình mới bắt đầu; thời gian của bước vẫn được tính vào tổng."
    ),
    Remark.CLERK_IS_RECEIVER: _("Việc của văn thư được giao cho bộ phận tiếp nhận và trả kết quả."),
    Remark.COUNCIL_SIGNS: _("Ủy ban nhân dân ký được hiểu là lãnh đạo ký."),
    Remark.RETURNED_BY_OTHER: _("Trả kết quả được giao cho bộ phận tiếp nhận và trả kết quả."),
    Remark.AFTER_RETURN: _("Việc sau khi trả kết quả không thuộc quy trình."),
    Remark.SOMETIMES: _("Bước chỉ làm trong một số trường hợp; người làm bước trước chọn có hay không."),
    Remark.PARTNER: _("Bước của cơ quan khác được vẽ là chờ trả lời."),
    Remark.ROUNDED_TO_HOUR: _("Thời gian lẻ được làm tròn lên giờ."),
    Remark.COLUMN_LEFT_OUT: _("Cột thời gian thứ ba chưa được đưa vào."),
    Remark.LIMIT_WITHOUT_TIMES: _("Có thời hạn nhưng không có cột thời gian cho trường hợp này."),
}


def question_of(doubt: Doubt) -> str:
    """Return the question that a doubt asks."""
    return str(QUESTIONS[doubt.kind])


def remark_of(note: Note) -> str:
    """Return what a remark says."""
    return str(REMARKS[note.remark])
