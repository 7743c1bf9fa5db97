import pytest

from motcua.rules.supplement import Fault, SupplementRefused, check_listed, check_request, papers_in_words

LISTED = {"application", "birth_certificate"}
GOOD = Fault("birth_certificate", "Bản sao mờ", "Nộp bản sao rõ chữ")


def test_a_full_and_exact_first_request_passes() -> None:
    check_request([GOOD, Fault("application", "Thiếu chữ ký", "Ký tên")], LISTED, "Điều 9", 0)


def test_the_same_component_may_have_several_faults() -> None:
    check_request([GOOD, Fault("birth_certificate", "Thiếu trang 2", "Nộp đủ trang")], LISTED, "Điều 9", 0)


@pytest.mark.parametrize(
    ("code", "asked", "ground", "earlier", "keys"),
    [
        ("already_asked", [GOOD], "Điều 9", 1, ()),
        ("no_ground", [GOOD], " \n", 0, ()),
        ("no_fault", [], "Điều 9", 0, ()),
        ("no_fault", [GOOD, Fault("application", " ", "Ký tên")], "Điều 9", 0, ("application",)),
        (
            "not_listed",
            [
                GOOD,
                Fault("marriage", "Thiếu", "Nộp"),
                Fault("will", "Thiếu", "Nộp"),
                Fault("will", "Mờ", "Nộp"),
            ],
            "Điều 9",
            0,
            ("marriage", "will"),
        ),
        ("no_remedy", [Fault("application", "Thiếu chữ ký", "")], "Điều 9", 0, ("application",)),
    ],
)
def test_an_unlawful_request_is_refused_by_code(
    code: str, asked: list[Fault], ground: str, earlier: int, keys: tuple[str, ...]
) -> None:
    with pytest.raises(SupplementRefused) as refused:
        check_request(asked, LISTED, ground, earlier)
    assert (refused.value.code, refused.value.keys) == (code, keys)


@pytest.mark.parametrize(("ground", "earlier"), [("Điều 9", 0), (" ", 0), ("Điều 9", 1)])
def test_a_paper_beyond_the_list_is_refused_before_anything_else_is_asked(ground: str, earlier: int) -> None:
    with pytest.raises(SupplementRefused) as refused:
        check_request(
            [Fault("will", "", "")],
            LISTED,
            ground,
            earlier,
            unlisted=["Sổ  hộ khẩu ", " ", "will", "Sổ hộ khẩu"],
        )
    assert (refused.value.code, refused.value.keys) == ("not_listed", ("will", "Sổ hộ khẩu"))


def test_blank_names_ask_for_nothing() -> None:
    check_request([GOOD], LISTED, "Điều 9", 0, unlisted=["", " \n"])
    check_listed(["application"], LISTED, [""])


def test_another_law_may_allow_a_second_request() -> None:
    check_request([GOOD], LISTED, "Điều 9", 1, allowed=2)
    with pytest.raises(SupplementRefused, match="already_asked"):
        check_request([GOOD], LISTED, "Điều 9", 2, allowed=2)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Phải nộp thêm Sổ hộ khẩu bản sao chứng thực", ("Sổ hộ khẩu bản sao chứng thực",)),
        ("Bổ sung thêm 01 giấy xác nhận độc thân; ký lại tờ khai", ("giấy xác nhận độc thân",)),
        ("Nộp thêm bản sao giấy chứng sinh", ()),
        ("Nộp thêm một tờ khai đăng ký khai sinh", ()),
        ("Bổ sung thêm chữ ký ở trang 2", ()),
        ("Ảnh mờ, nộp lại ảnh rõ", ()),
    ],
)
def test_a_paper_asked_for_in_words_is_found_unless_it_is_listed(text: str, found: tuple[str, ...]) -> None:
    assert papers_in_words([text], ["Tờ khai đăng ký khai sinh", "Giấy chứng sinh"]) == found
