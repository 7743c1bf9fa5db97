import pytest

from motcua.workflow.sources.iso_people import read_doer


@pytest.mark.parametrize(
    ("who", "function"),
    [
        ("Bộ phận tiếp nhận và trả kết quả", "receiver"),
        ("Công chức tiếp nhận tại Trung tâm hành chính công cấp xã", "receiver"),
        ("BỘ PHẬN MỘT CỬA", "receiver"),
        ("Công chức Địa chính", "specialist"),
        ("Chuyên viên", "specialist"),
        ("Phòng chuyên môn", "specialist"),
        ("Văn phòng HĐND và UBND cấp xã", "specialist"),
        ("Trưởng phòng Nuôi ong", "head"),
        ("Lãnh đạo phòng", "head"),
        ("Lãnh đạo Sở", "leader"),
        ("Chủ tịch UBND xã", "leader"),
        ("Công chứng viên", "leader"),
        ("Công an tỉnh", "partner"),
        ("Cục Nuôi ong", "partner"),
        ("Bộ Nông nghiệp", "partner"),
        ("Người nuôi ong", ""),
    ],
)
def test_words_tell_the_function(who: str, function: str) -> None:
    assert read_doer(who).function == function


def test_the_clerk_is_known_as_one_though_the_receiver_does_the_work() -> None:
    doer = read_doer("Văn thư UBND")
    assert (doer.function, doer.clerk) == ("receiver", True)
    assert not read_doer("Bộ phận một cửa").clerk


def test_the_agency_that_wrote_the_text_means_its_specialists_but_not_one_elsewhere() -> None:
    assert read_doer("Sở Nuôi ong", issuer="SỞ NUÔI ONG").function == "specialist"
    assert read_doer("Sở Nuôi ong; UBND cấp xã", issuer="SỞ NUÔI ONG").own
    elsewhere = read_doer("Sở Nuôi ong nơi ong bay đến", issuer="SỞ NUÔI ONG")
    assert (elsewhere.function, elsewhere.partner) == ("partner", "Sở Nuôi ong nơi ong bay đến")
    assert read_doer("Ủy ban nhân dân thành phố").council
