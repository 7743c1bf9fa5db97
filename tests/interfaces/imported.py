"""Contents as an import makes them: an invented procedure of a foreign catalogue, with all that may be unclear."""

from typing import Any

from tests.world import a_procedure

URL = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/1"
_LIMIT = {"unit": "working_day", "amount": 10, "cutoff": None}


def row(channel: str, case: str = "chung", **changes: Any) -> dict[str, Any]:
    """Return a channel row that was read without a doubt."""
    read: dict[str, Any] = {
        "channel": channel,
        "case": case,
        "limit": dict(_LIMIT),
        "limit_source": "10 Ngày làm việc",
        "limit_doubt": None,
        "fees": [{"kind": "amount", "vnd": 150000}],
    }
    return read | changes


def paper(key: str, vi: str, **changes: Any) -> dict[str, Any]:
    """Return a paper of one original."""
    read: dict[str, Any] = {
        "key": key,
        "vi": vi,
        "group": "submit",
        "case": None,
        "originals": 1,
        "copies": 0,
        "form": None,
        "replaceable_by": None,
        "required": True,
        "note": None,
    }
    return read | changes


def imported(code: str = "9.000101", **changes: Any) -> dict[str, Any]:
    """Return an imported procedure: Vietnamese only, no service level, steps line by line."""
    content = a_procedure(
        code,
        name={"vi": "Cấp giấy phép thử nghiệm"},
        domain={"key": "thu-nghiem", "vi": "Thử nghiệm"},
        levels=["province"],
        service_level="unstated",
        decision="12/QĐ-BTN",
        origin={"layout": "portal_crawl", "url": URL},
        kind="Được luật giao quy định chi tiết",
        agencies={
            "executing": ["Sở Thử nghiệm"],
            "deciding": ["Ủy ban nhân dân tỉnh Thử"],
            "delegated": [],
            "coordinating": ["Công an tỉnh Thử"],
            "address": "02 Phố Thử",
        },
        cases=[{"key": "chung", "vi": "Chung"}],
        channels=[row("online"), row("counter"), row("post")],
        components=[paper("don", "Đơn đề nghị", form_file="Mẫu 01.docx"), paper("ban-ve", "Bản vẽ")],
        steps=[
            {"vi": "Bước 1: Nộp hồ sơ"},
            {"vi": "- Tại Sở"},
            {"vi": "+ Bằng bản giấy"},
            {"vi": "Nhận kết quả tại nơi nộp."},
        ],
        results=[{"code": "KQ.G04.000352", "vi": "Giấy phép"}],
        legal_bases=[{"kind": None, "number": None, "vi": "Văn bản không rõ số", "issued": None}],
        competent=[{"level": "province"}],
        keywords=[],
    )
    return content | changes
