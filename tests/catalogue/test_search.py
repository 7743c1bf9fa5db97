"""Finding by what people type: words, mistakes, sayings, rank; all without a database."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue.finding.index import LOOKED_AT, Entry, Index, terms_of
from motcua.catalogue.finding.life_events import LIFE_EVENTS, event_of, life_event
from motcua.catalogue.finding.spelling import Speller, pairs_of, plain_words, words_of
from motcua.catalogue.finding.thesaurus import ASKING, SAYINGS, asking, sayings


def _entry(name: str, **changes: Any) -> Entry:
    told: dict[str, Any] = {
        "id": UUID(int=0),
        "code": "9.000001",
        "name_vi": name,
        "name_en": name,
        "domain_key": "linh-vuc",
        "domain_vi": "Lĩnh vực",
        "domain_en": "Domain",
        "levels": ("commune",),
        "audience": ("citizen",),
        "service_level": "full",
        "run_by": "local",
    }
    return Entry(**told | changes)


def _index(*entries: Entry | str) -> Index:
    made = [entry if isinstance(entry, Entry) else _entry(entry) for entry in entries]
    return Index((entry, terms_of(entry)) for entry in made)


def _names(index: Index, text: str, most: int = 50) -> list[str]:
    return [entry.name_vi for entry in index.find(text, keep=lambda entry: True, most=most)]


_OTHERS = (
    "Cấp giấy phép khai thác thủy sản",
    "Hòa giải tranh chấp đất đai",
    "Chứng thực chữ ký",
    "Đăng ký tạm trú",
    "Giải thể doanh nghiệp",
    "Cấp phù hiệu xe ô tô",
    "Tách thửa đất",
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa giải", "hoà giải"),
        ("đăng ký", "ĐĂNG KÍ"),
        ("loại III", "loại 3"),
        ("cấp III, cấp IV", "cấp 3 cấp 4"),
        ("06 hải lý", "6 hải lí"),
        ("khai\u200b sinh\u00a0", "khai sinh"),
    ],
)
def test_one_word_has_one_spelling(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_a_word_keeps_its_marks_aside() -> None:
    tax, rent = words_of("thuế thuê")
    assert tax.plain == rent.plain == "thue"
    assert tax.marked != rent.marked
    assert plain_words("điều I, mục V.i") == ["dieu", "i", "muc", "5", "1"]
    assert list(pairs_of(["ket", "hon", "lai"])) == ["ket hon", "hon lai"]


_SPELLER = Speller(
    {"khai": 9, "sinh": 5, "khai sinh": 5, "sinh vat": 1, "ket": 3, "hon": 3, "ket hon": 3, "hang": 7}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("khia", ["khai"]),
        ("khaii", ["khai"]),
        ("kai", ["khai"]),
        ("khoi", ["khai"]),
        ("khaisinh", ["khai sinh"]),
        ("khais", ["khai"]),
        ("hoon", ["hon"]),
        ("xyzzy", []),
        ("12", []),
    ],
)
def test_a_mistyped_word_is_read_as_a_known_one(typed: str, meant: list[str]) -> None:
    assert _SPELLER.meant(typed, before="", after="") == meant


def test_the_neighbours_decide_what_a_mistyped_word_meant() -> None:
    assert _SPELLER.meant("han", before="ket", after="") == ["hon"]
    assert set(_SPELLER.meant("han", before="", after="")) == {"hon", "hang"}
    assert _SPELLER.completed("s", before="khai") == ["sinh"]


@given(st.text(alphabet="abcdeghiknoptu", min_size=3, max_size=7), st.data())
def test_any_single_mistake_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdeghiknoptu"))
    wrong = data.draw(
        st.sampled_from(
            [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]]
        )
    )
    if wrong != word:
        assert Speller({word: 1}).meant(wrong, before="", after="") == [word]


def test_the_plain_procedure_comes_before_its_variants() -> None:
    index = _index(
        "Đăng ký khai sinh có yếu tố nước ngoài",
        "Đăng ký lại khai sinh",
        "Thủ tục đăng ký khai sinh",
        "Đăng ký khai sinh lưu động",
        *_OTHERS,
    )
    assert _names(index, "khai sinh")[0] == "Thủ tục đăng ký khai sinh"
    assert _names(index, "khai sinh lưu động")[0] == "Đăng ký khai sinh lưu động"
    assert len(_names(index, "khai sinh")) == 4


def test_use_and_nearness_decide_between_equals() -> None:
    rare, common = _entry("Cấp thẻ xanh loại A", uses=0), _entry("Cấp thẻ xanh loại B", uses=900)
    far = _entry("Cấp thẻ xanh loại C", uses=0, levels=("ministry",))
    found = _names(_index(far, rare, common, *_OTHERS), "thẻ xanh")
    assert found == [common.name_vi, rare.name_vi, far.name_vi]
    assert _names(_index(far, rare, common, *_OTHERS), "thẻ xanh loại C")[0] == far.name_vi


def test_what_only_asks_counts_for_little() -> None:
    index = _index("Trình tự thực hiện hồ sơ thủ tục", "Đăng ký kết hôn", *_OTHERS)
    assert _names(index, "Trình tự thực hiện, hồ sơ gồm những gì để đăng ký kết hôn?")[0] == "Đăng ký kết hôn"
    assert _names(index, "trình tự thực hiện")[0] == "Trình tự thực hiện hồ sơ thủ tục"


def test_what_people_say_finds_what_the_law_calls_otherwise() -> None:
    index = _index(
        "Cấp giấy phép xây dựng mới nhà ở riêng lẻ",
        "Cấp lại giấy chứng nhận quyền sử dụng đất do bị mất",
        "Sơ đồ vị trí",
        "Đăng ký thành lập hộ kinh doanh",
        *_OTHERS,
    )
    assert _names(index, "cất nhà")[0].startswith("Cấp giấy phép xây dựng")
    assert _names(index, "mất sổ đỏ")[0].startswith("Cấp lại giấy chứng nhận")
    assert _names(index, "tôi muốn mở tiệm")[0] == "Đăng ký thành lập hộ kinh doanh"


def test_words_of_the_editors_find_and_names_come_first() -> None:
    by_word = _entry("Xác nhận lưu trú", keywords=("ở trọ dài ngày",))
    by_name = _entry("Khai báo ở trọ dài ngày")
    assert _names(_index(by_word, by_name, *_OTHERS), "ở trọ dài ngày") == [by_name.name_vi, by_word.name_vi]


def test_codes_are_found_whole_and_in_part_but_amounts_are_no_codes() -> None:
    index = _index(
        _entry("Một", code="1.001193"),
        _entry("Hai", code="1.001194.H19"),
        _entry("Nước 5.000 m3", code="2.005000"),
    )
    assert _names(index, "thủ tục 1.001193 ạ") == ["Một"]
    assert _names(index, "1.0011") == _names(index, "0011") == ["Một", "Hai"]
    assert _names(index, "1.001194.h19") == ["Hai"]
    assert _names(index, "nước dưới 5.000 m3") == ["Nước 5.000 m3"]
    assert _names(index, "1.777777") == []


def test_a_search_may_be_narrowed_and_cut() -> None:
    index = _index(
        *(_entry(f"Cấp thẻ số {n}", levels=("commune" if n % 2 else "province",)) for n in range(1, 400))
    )
    found = index.find("thẻ", keep=lambda entry: "commune" in entry.levels, most=500)
    assert len(found) == LOOKED_AT
    assert all(entry.levels == ("commune",) for entry in found)
    assert len(_names(index, "thẻ", most=7)) == 7
    assert [e.name_vi for e in index.browse(keep=lambda e: "9" in e.name_vi, most=2)] == [
        "Cấp thẻ số 109",
        "Cấp thẻ số 119",
    ]


@given(st.text(max_size=60))
def test_whatever_is_typed_something_or_nothing_is_found(text: str) -> None:
    assert set(_names(_SOME, text)) <= set(_OTHERS)


_SOME = _index(*_OTHERS)


def test_an_empty_catalogue_finds_nothing() -> None:
    assert _names(_index(), "khai sinh") == []
    assert _names(_index(), "1.001193") == []


def test_the_tables_say_each_thing_once() -> None:
    said = [phrase for phrases, _ in SAYINGS for phrase in phrases]
    assert len(SAYINGS) >= 60
    assert len(said) == len(set(said))
    assert len(asking()) == len(ASKING)
    assert not asking() & sayings().keys()
    assert all(len(phrase) <= 6 for phrase in (*sayings(), *asking()))


def test_a_procedure_belongs_to_the_events_of_its_domain_and_of_its_words() -> None:
    assert event_of(_entry("Đăng ký khai sinh", domain_vi="Hộ tịch")) == {"co-con"}
    assert event_of(_entry("Đăng ký lại kết hôn", domain_vi="Hộ tịch")) == {"ket-hon"}
    assert event_of(_entry("Việc gì đó", domain_vi="ĐẤT ĐAI")) == {"nha-dat"}
    assert event_of(_entry("Việc gì đó", keywords=("cho con nuôi",))) == {"co-con"}
    assert event_of(_entry("Việc gì đó")) == set()
    companies = "Thành lập và hoạt động của doanh nghiệp"
    assert event_of(_entry("Đăng ký thành lập công ty cổ phần", domain_vi=companies)) == {"mo-kinh-doanh"}
    assert event_of(_entry("Đăng ký thay đổi vốn", domain_vi=companies)) == {"doi-kinh-doanh"}


def test_the_life_events_are_told_apart_and_in_both_languages() -> None:
    keys = [event.key for event in LIFE_EVENTS]
    assert 12 <= len(keys) == len(set(keys)) <= 16
    assert all(event.title_en and event.text_en and event.title_vi != event.title_en for event in LIFE_EVENTS)
    assert life_event("co-con") is LIFE_EVENTS[0]
    assert life_event("khong-co") is None
