"""The search before the questions that people ask, on the delivered library with the procedures of the samples."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from motcua.catalogue.finding.index import CANDIDATES, Entry, Index, terms_of
from motcua.catalogue.format import library_contents
from motcua.kit.text import fold, nfc, squeeze
from tests.samples import SAMPLES, with_samples

_LEVELS = {"Cấp bộ": "ministry", "Cấp tỉnh": "province", "Cấp xã": "commune"}
WANTED = 60
AMONG = 5
# Eleven questions ask for procedures that were abolished and have no successor in the samples: support for
# building fishing boats (2), fish farming at sea (6), plans to protect dams (3).
ABSENT = 11


@cache
def _catalogue() -> Index:
    entries = {entry.code: entry for entry in (*_crawled(), *_library())}
    return Index((entry, terms_of(entry)) for entry in entries.values())


def _library() -> Iterator[Entry]:
    content: Any
    for content in library_contents():
        yield _entry(
            content["code"],
            content["name"]["vi"],
            content["domain"]["vi"],
            content["levels"],
            english=content["name"]["en"],
            keywords=tuple(content["keywords"]),
        )


def _crawled() -> Iterator[Entry]:
    for path in sorted((SAMPLES / "procedures").glob("*.jsonl")):
        for line in filter(None, path.read_text("utf-8-sig").splitlines()):
            raw = json.loads(line)
            levels = [
                _LEVELS[part] for item in raw["cap_thuc_hien"].split(",") if (part := item.strip()) in _LEVELS
            ]
            yield _entry(raw["ma_thu_tuc"], raw["ten_thu_tuc"], raw["linh_vuc"], levels)


def _entry(
    code: str, name: str, domain: str, levels: list[str], *, english: str = "", keywords: tuple[str, ...] = ()
) -> Entry:
    name, domain = squeeze(nfc(name)), squeeze(nfc(domain))
    key = fold(domain).replace(" ", "-")
    return Entry(
        id=UUID(int=0),
        code=code,
        name_vi=name,
        name_en=english or name,
        domain_key=key,
        domain_vi=domain,
        domain_en=domain,
        levels=tuple(levels),
        audience=(),
        service_level="unstated",
        run_by="local",
        keywords=keywords,
    )


def _found(text: str, most: int = AMONG) -> list[str]:
    return [entry.code for entry in _catalogue().find(text, keep=lambda entry: True, most=most)]


def _meant(title: str) -> set[str]:
    """Return the codes that a title of the questions stands for.

    The procedure of that name; else those that carry the old name on with something behind it (loại I, "loại
    I, loại II"); else those that carry it within theirs. Names are compared without marks, by whole words.
    """
    title = f" {fold(title).removeprefix('ten thu tuc ')} "
    names = [(entry.code, f" {fold(entry.name_vi)} ") for entry in _catalogue().entries]
    for same in (str.__eq__, str.startswith, str.__contains__):
        if codes := {code for code, name in names if same(name, title)}:
            return codes
    return set()


@with_samples
def test_at_least_sixty_of_the_questions_find_their_procedure_among_the_first_five() -> None:
    lines = (SAMPLES / "faq" / "dvc_faq_qa.jsonl").read_text("utf-8").splitlines()
    asked = [(raw["question"], _meant(raw["expected_procedure_title"])) for raw in map(json.loads, lines)]
    missed = [text for text, codes in asked if not codes & set(_found(text))]

    assert len(asked) == 74
    assert sum(not codes for _, codes in asked) == ABSENT
    assert len(asked) - len(missed) >= WANTED, missed


# What newcomers typed, and what they meant: the first found, or one of the first three.
_FIRST = {
    "chứng thực": "2.000815",
    "giấy phép xây nhà": "1.013225",
    "xây nhà": "1.013225",
    "ly hon": "1.004873",
    "ly hôn": "2.000554",
    "ho kinh doang": "1.001612",
    "khai sinh": "1.001193",
    "làm giấy khai sinh": "1.001193",
    "khaisinh": "1.001193",
    "giaays khai sinh": "1.001193",
    "khai si": "1.001193",
    "kết hôn": "1.000894",
    "dang ky ket hn": "1.000894",
    "khai tu": "1.000656",
    "so do": "1.013978",
    "hộ khẩu": "1.004222",
    "mở quán ăn": "1.001612",
    "sang tên đất": "1.013831",
    "công bố mở cảng cá loại 2": "1.004694",
    "1.0011": "1.001117",
    "001193": "1.001193",
}


@with_samples
@pytest.mark.parametrize(("typed", "code"), _FIRST.items())
def test_what_newcomers_type_finds_what_they_mean_first(typed: str, code: str) -> None:
    assert _found(typed)[:1] == [code]


@with_samples
def test_land_finds_what_people_do_with_land_before_what_only_ministries_do() -> None:
    found = _catalogue().find("đất đai", keep=lambda entry: True, most=AMONG)
    assert all({"commune", "province"} & set(entry.levels) for entry in found)
    assert {entry.code for entry in found} >= {"1.013978", "1.012812"}


@with_samples
def test_the_marks_that_were_typed_decide_between_tax_and_rent() -> None:
    for typed, other in (("thuế đất", "thuê đất"), ("thuê đất", "thuế")):
        first = next(iter(_catalogue().find(typed, keep=lambda entry: True, most=1))).name_vi.lower()
        assert typed.split()[0] in first
        assert other not in first


@with_samples
def test_a_word_that_hundreds_hold_is_looked_up_in_no_more_than_the_bound() -> None:
    asked: list[str] = []

    def keep(entry: Entry) -> bool:
        asked.append(entry.code)
        return True

    for text in ("cấp giấy chứng nhận", "hải quan", "đăng ký thay đổi nội dung giấy phép"):
        asked.clear()
        assert _catalogue().find(text, keep=keep, most=100)
        assert len(asked) <= CANDIDATES < len(_catalogue().entries)
