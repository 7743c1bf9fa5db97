"""From a file to readings: cases are known by their words, not by their rank in the record."""

from typing import Any

from motcua.catalogue.sources.opening import with_lasting_cases
from motcua.catalogue.sources.reading import Doubt, Reading, Reason

FIRST, SECOND = "Tạm nhập, tái xuất", "Xuất khẩu"


def _reading(*names: str) -> Reading:
    cases = [{"key": f"p{rank}", "vi": name} for rank, name in enumerate(names, 1)]
    content: dict[str, Any] = {
        "cases": cases,
        "channels": [{"channel": "online", "case": case["key"], "limit": case["vi"]} for case in cases],
        "components": [{"key": "don", "case": None}, {"key": "giay", "case": "p1"}],
    }
    doubts = [Doubt("channel.online.p2.limit", "1", "", Reason.UNKNOWN_UNIT), Doubt("case.1", "x", "", "y")]
    return with_lasting_cases(Reading("9.000001", "Thử", content, doubts))


def _limits(reading: Reading) -> dict[str, str]:
    rows: Any = reading.content["channels"]
    return {row["case"]: row["limit"] for row in rows}


def test_a_case_keeps_its_key_when_the_rows_change_places() -> None:
    one, other = _reading(FIRST, SECOND), _reading(SECOND, FIRST)
    assert _limits(one) == _limits(other) == {"tam-nhap-tai-xuat": FIRST, "xuat-khau": SECOND}


def test_papers_and_doubts_go_with_their_case() -> None:
    reading = _reading(FIRST, SECOND)
    components: Any = reading.content["components"]
    assert [row["case"] for row in components] == [None, "tam-nhap-tai-xuat"]
    assert [doubt.field for doubt in reading.doubts] == ["channel.online.xuat-khau.limit", "case.1"]


def test_cases_of_one_name_keep_apart() -> None:
    assert list(_limits(_reading(FIRST, FIRST))) == ["tam-nhap-tai-xuat", "tam-nhap-tai-xuat-2"]
