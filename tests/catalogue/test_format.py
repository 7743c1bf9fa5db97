"""The catalogue format: what a procedure file may say, and that the delivered library says it."""

import copy
import json
from datetime import date
from importlib import resources
from typing import Any

import pytest

from motcua.catalogue.format import (
    FormatFault,
    Level,
    RunBy,
    ServiceLevel,
    SupplementPolicy,
    library,
    read_file,
    read_procedure,
)
from motcua.catalogue.format_values import fee_rule
from motcua.rules.deadlines import Limit
from motcua.rules.fees import FeeRefusal, charge

MUST = {
    "1.001193",
    "1.000894",
    "1.000656",
    "2.000815",
    "2.000986",
    "1.001612",
    "1.013225",
    "1.013978",
    "1.012783",
    "1.013831",
    "2.001610",
    "2.001583",
    "2.001199",
}

SAMPLE: dict[str, Any] = {
    "code": "9.000001",
    "name": {"vi": "Cấp giấy mẫu", "en": "Sample paper"},
    "domain": {"key": "linh-vuc-mau", "vi": "Lĩnh vực mẫu", "en": "Sample domain"},
    "levels": ["commune"],
    "service_level": "full",
    "partial_reason": None,
    "audience": ["citizen"],
    "run_by": "local",
    "decision": "1/QĐ-BTP",
    "effective_from": "2026-07-01",
    "cases": [
        {"key": "ordinary", "vi": "Thông thường", "en": "Ordinary"},
        {"key": "remote_area", "vi": "Vùng khó khăn", "en": "Remote area"},
    ],
    "channels": [
        {
            "channel": "counter",
            "case": case,
            "limit": {"unit": "same_day", "amount": 1, "cutoff": "15:00"},
            "limit_source": "1",
            "limit_doubt": None,
            "fees": [
                {"kind": "free"},
                {"kind": "amount", "vnd": 20000, "what": {"vi": "Lệ phí", "en": "Charge"}},
                {"kind": "per_unit", "vnd": 8000, "per": "copy"},
                {
                    "kind": "tiered",
                    "tiers": [{"from": 1, "to": 2, "vnd": 2000}, {"from": 3, "to": None, "vnd": 1000}],
                    "per": "page",
                    "max_vnd": 200000,
                },
                {"kind": "by_reference", "act": "Nghị quyết của HĐND tỉnh"},
            ],
        }
        for case in ("ordinary", "remote_area")
    ],
    "components": [
        {
            "key": key,
            "vi": "Tờ khai",
            "en": "Declaration",
            "group": "submit",
            "case": case,
            "originals": 1,
            "copies": 0,
            "form": None,
            "replaceable_by": {"kind": "database", "name": "Cơ sở dữ liệu quốc gia về dân cư"},
            "required": True,
            "note": None,
        }
        for key, case in (("to-khai", None), ("giay-to", "remote_area"))
    ],
    "steps": [{"vi": "Nộp hồ sơ.", "en": "File."}],
    "results": [{"code": "KQ.G15.000031", "vi": "Giấy mẫu", "en": "Sample paper"}],
    "legal_bases": [{"kind": "Luật", "number": "60/2014/QH13", "vi": "Luật mẫu", "issued": "2014-11-20"}],
    "competent": [{"level": "commune"}],
    "supplement_policy": "restart",
    "keywords": ["giấy mẫu"],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the sample with the value at `a.0.b` replaced."""
    content = copy.deepcopy(SAMPLE)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = content
    for part in parents:
        place = place[part]
    place[last] = value
    return content


def without(path: str) -> dict[str, Any]:
    """Return the sample without the key at `a.0.b`."""
    content = copy.deepcopy(SAMPLE)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = content
    for part in parents:
        place = place[part]
    del place[last]
    return content


def test_a_full_file_is_read_into_the_record() -> None:
    record = read_procedure(SAMPLE)

    assert record.levels == (Level.COMMUNE,)
    assert record.service_level is ServiceLevel.FULL
    assert record.run_by is RunBy.LOCAL
    assert record.supplement_policy is SupplementPolicy.RESTART
    assert record.effective_from == date(2026, 7, 1)
    assert record.legal_bases[0].issued == date(2014, 11, 20)
    assert record.channels[0].limit == {"unit": "same_day", "amount": 1, "cutoff": "15:00"}
    assert record.conditions == ()


def test_papers_and_channels_of_a_case() -> None:
    record = read_procedure(SAMPLE)

    assert [row.key for row in record.components_of("ordinary")] == ["to-khai"]
    assert [row.key for row in record.components_of("remote_area")] == ["to-khai", "giay-to"]
    assert [row.case for row in record.channels_of("remote_area")] == ["remote_area"]


def test_a_tiered_fee_becomes_the_fee_that_the_rules_charge() -> None:
    fee = fee_rule(read_procedure(SAMPLE).channels[0].fees[3])

    assert charge(fee, quantity=1) == 2000
    assert charge(fee, quantity=5) == 2 * 2000 + 3 * 1000
    assert charge(fee, quantity=1000) == 200000


def imported(**changes: Any) -> dict[str, Any]:
    """Return the sample as a foreign source leaves it: much of it unsaid."""
    empty: dict[str, Any] = {
        key: [] for key in ("levels", "audience", "steps", "results", "legal_bases", "keywords")
    }
    origin = {"origin": {"layout": "portal_crawl", "url": None}, "service_level": "unstated", "competent": []}
    return copy.deepcopy(SAMPLE) | empty | origin | changes


def test_an_imported_content_may_leave_unsaid_what_its_source_does() -> None:
    record = read_procedure(
        imported(
            decision="QĐ2338-BTP", legal_bases=[{"kind": None, "number": None, "vi": "Luật", "issued": None}]
        )
    )

    assert record.origin is not None
    assert record.origin.layout == "portal_crawl"
    assert (record.levels, record.keywords, record.decision) == ((), (), "QĐ2338-BTP")
    assert (record.legal_bases[0].kind, record.legal_bases[0].number) == (None, None)


def test_without_english_the_vietnamese_stands_in() -> None:
    record = read_procedure(changed("name", {"vi": "Cấp giấy mẫu"}))
    assert record.name.en == record.name.vi == "Cấp giấy mẫu"


def test_a_limit_that_could_not_be_read_is_not_the_same_as_none_fixed() -> None:
    row = SAMPLE["channels"][0] | {"limit": None}
    unread = read_procedure(changed("channels.0", row | {"limit_doubt": "Không rõ đơn vị"})).channels[0]
    none_fixed = read_procedure(changed("channels.0", row | {"limit_doubt": None})).channels[0]
    assert unread.limit_unread
    assert not none_fixed.limit_unread


def test_a_paper_without_a_number_of_copies_needs_a_doubt() -> None:
    paper = SAMPLE["components"][0] | {"originals": 0, "copies": 0, "doubt": "Nguồn không ghi số lượng"}
    assert read_procedure(changed("components.0", paper)).components[0].doubt == "Nguồn không ghi số lượng"


@pytest.mark.parametrize(
    "fee",
    [
        {"kind": "percentage", "rate": "0.15", "of": "giá chuyển nhượng"},
        {"kind": "foreign", "amount": "125", "currency": "USD"},
        {"kind": "unread"},
    ],
)
def test_what_cannot_be_charged_by_rule_is_told_and_not_charged(fee: dict[str, Any]) -> None:
    read = read_procedure(
        changed("channels.0.fees.0", fee | {"act": "Thông tư mẫu", "valid_to": None})
    ).channels[0]
    assert read.fees[0] == fee | {"act": "Thông tư mẫu", "valid_to": None}
    with pytest.raises(FeeRefusal):
        fee_rule(read.fees[0])


def twice(key: str) -> list[Any]:
    """Return the first entry of a list of the sample two times."""
    return [SAMPLE[key][0]] * 2


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    (without("name.vi"), "name.vi", "missing"),
    (without("keywords"), "keywords", "missing"),
    (changed("colour", "red"), "colour", "unknown_key"),
    (changed("components.0.colour", "red"), "components[0].colour", "unknown_key"),
    (changed("channels.0.limit.days", 3), "channels[0].limit.days", "unknown_key"),
    (changed("code", "1001193"), "code", "bad_code"),
    (changed("decision", "số 1"), "decision", "bad_decision"),
    (changed("effective_from", "2026-02-30"), "effective_from", "bad_day"),
    (changed("effective_from", "1/7/2026"), "effective_from", "bad_day"),
    (changed("service_level", "level 4"), "service_level", "unknown_value"),
    (changed("audience.0", "cat"), "audience[0]", "unknown_value"),
    (changed("service_level", "partial"), "partial_reason", "partial_reason_mismatch"),
    (
        changed("partial_reason", {"kind": "on_site_check", "basis": "Luật"}),
        "partial_reason",
        "partial_reason_mismatch",
    ),
    (changed("levels", []), "levels", "empty_list"),
    (changed("levels", "commune"), "levels", "not_a_list"),
    (changed("levels", ["commune", "commune"]), "levels[1]", "duplicate"),
    (changed("channels", []), "channels", "empty_list"),
    (changed("channels", [SAMPLE["channels"][0]]), "cases[1]", "case_without_channel"),
    (changed("channels.1.case", "ordinary"), "channels[1].channel", "duplicate"),
    (changed("channels.1.case", "island"), "channels[1].case", "unknown_case"),
    (changed("components.1.case", "island"), "components[1].case", "unknown_case"),
    (changed("components.1.key", "to-khai"), "components[1].key", "duplicate"),
    (changed("components.0.key", "Tờ khai"), "components[0].key", "bad_key"),
    (changed("components.0.originals", 0), "components[0].originals", "no_paper"),
    (changed("components.0.originals", -1), "components[0].originals", "out_of_range"),
    (changed("components.0.originals", True), "components[0].originals", "not_a_number"),
    (changed("components.0.required", "yes"), "components[0].required", "not_a_flag"),
    (changed("cases", twice("cases")), "cases[1].key", "duplicate"),
    (changed("legal_bases", twice("legal_bases")), "legal_bases[1].number", "duplicate"),
    (changed("legal_bases.0.number", "Luật Hộ tịch"), "legal_bases[0].number", "bad_number"),
    (changed("legal_bases.0.kind", "Law"), "legal_bases[0].kind", "unknown_value"),
    (changed("results.0.code", "KQ31"), "results[0].code", "bad_result_code"),
    (changed("competent.0", {}), "competent[0]", "level_or_agency"),
    (
        changed("competent.0", {"level": "commune", "agency": "so-tai-chinh"}),
        "competent[0]",
        "level_or_agency",
    ),
    (changed("keywords", ["Giấy mẫu", "giấy mẫu"]), "keywords[1]", "duplicate"),
    (changed("origin", {"layout": "web", "url": None}), "origin.layout", "unknown_value"),
    (changed("legal_bases.0.number", None), "legal_bases[0].number", "not_a_text"),
    (changed("channels.0.phases", [{"vi": "Thẩm định"}]), "channels[0].phases[0].limit", "missing"),
    (
        changed("channels.0.fees.0", {"kind": "percentage", "rate": "1,5", "of": "giá"}),
        "channels[0].fees[0].rate",
        "bad_rate",
    ),
    (
        changed("channels.0.fees.0", {"kind": "foreign", "amount": "5", "currency": "VND"}),
        "channels[0].fees[0].currency",
        "bad_currency",
    ),
    (changed("channels.0.fees.0.valid_from", "1/7/2026"), "channels[0].fees[0].valid_from", "bad_day"),
    (changed("name", "Cấp giấy mẫu"), "name", "not_an_object"),
    (changed("name.vi", 3), "name.vi", "not_a_text"),
    (changed("name.vi", ""), "name.vi", "empty_text"),
    (changed("name.vi", "Ca\u0302\u0301p giấy"), "name.vi", "not_nfc"),
    (changed("name.vi", "Cấp\u200b giấy"), "name.vi", "invisible_character"),
    (changed("name.vi", "Cấp\ufffd giấy"), "name.vi", "invisible_character"),
    (changed("name.vi", "Cấp\ngiấy"), "name.vi", "invisible_character"),
    (changed("name.vi", "Cấp\u00a0giấy"), "name.vi", "odd_space"),
    (changed("name.vi", "Cấp  giấy"), "name.vi", "untidy_space"),
    (changed("name.vi", "Cấp giấy "), "name.vi", "untidy_space"),
    (changed("channels.0.limit.unit", "day"), "channels[0].limit.unit", "unknown_unit"),
    (changed("channels.0.limit.amount", 0), "channels[0].limit.amount", "out_of_range"),
    (changed("channels.0.limit.amount", 2), "channels[0].limit.amount", "out_of_range"),
    (changed("channels.0.limit.amount", "1"), "channels[0].limit.amount", "not_a_number"),
    (changed("channels.0.limit.cutoff", "15h"), "channels[0].limit.cutoff", "bad_cutoff"),
    (
        changed(
            "channels.0.limit",
            {
                "unit": "month",
                "amount": 2,
                "cutoff": None,
                "then": [{"unit": "same_day", "amount": 1, "cutoff": None}],
            },
        ),
        "channels[0].limit.then[0]",
        "bad_phase",
    ),
    (
        changed("channels.0.limit", {"unit": "working_day", "amount": 1100, "cutoff": None}),
        "channels[0].limit.amount",
        "out_of_range",
    ),
    (changed("channels.0.limit_source", None), "channels[0].limit_source", "not_a_text"),
    (changed("channels.0.fees", []), "channels[0].fees", "empty_list"),
    (changed("channels.0.fees.1.kind", "gift"), "channels[0].fees[1].kind", "unknown_value"),
    (changed("channels.0.fees.1.vnd", 100), "channels[0].fees[1].vnd", "out_of_range"),
    (changed("channels.0.fees.1.vnd", 1.5), "channels[0].fees[1].vnd", "not_a_number"),
    (changed("channels.0.fees.0.vnd", 2000), "channels[0].fees[0].vnd", "unknown_key"),
    (without("channels.0.fees.2.per"), "channels[0].fees[2].per", "missing"),
    (without("channels.0.fees.4.act"), "channels[0].fees[4].act", "missing"),
    (changed("channels.0.fees.3.tiers.1.from", 4), "channels[0].fees[3].tiers[1].from", "tier_gap"),
    (changed("channels.0.fees.3.tiers.0.to", None), "channels[0].fees[3].tiers[1]", "tier_after_last"),
    (changed("channels.0.fees.3.tiers.1.to", 9), "channels[0].fees[3].tiers", "tier_open_end"),
]


@pytest.mark.parametrize(
    ("content", "path", "code"),
    REFUSALS,
    ids=[f"{path}-{code}-{i}" for i, (_, path, code) in enumerate(REFUSALS)],
)
def test_a_bad_file_is_refused_at_its_place(content: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(FormatFault) as refused:
        read_procedure(content)

    assert (refused.value.path, refused.value.code) == (path, code)
    assert path in str(refused.value)


def test_a_file_is_named_after_its_code() -> None:
    with pytest.raises(FormatFault) as refused:
        read_file("9.000002.json", json.dumps(SAMPLE))

    assert refused.value.code == "file_name_mismatch"
    assert read_file("9.000001.json", json.dumps(SAMPLE)).code == "9.000001"


def test_a_file_that_is_not_json_is_refused_by_name() -> None:
    with pytest.raises(FormatFault) as refused:
        read_file("9.000001.json", "{")

    assert (refused.value.code, refused.value.path) == ("not_json", "9.000001.json:")


def test_a_key_written_twice_is_refused() -> None:
    with pytest.raises(FormatFault) as refused:
        read_file("9.000001.json", '{"code": "9.000001", "code": "9.000002"}')

    assert (refused.value.code, refused.value.path) == ("duplicate_key", "9.000001.json:code")


def test_a_fault_inside_a_file_carries_its_name() -> None:
    with pytest.raises(FormatFault) as refused:
        read_file("9.000001.json", json.dumps(changed("components.0.copies", 100)))

    assert refused.value.path == "9.000001.json:components[0].copies"


def test_the_library_reads_in_order_of_code() -> None:
    records = list(library())
    codes = [record.code for record in records]

    assert len(codes) >= 58
    assert codes == sorted(set(codes))
    assert set(codes) >= MUST


def test_every_limit_and_fee_of_the_library_is_one_the_rules_accept() -> None:
    for record in library():
        for channel in record.channels:
            if channel.limit is not None:
                assert Limit.from_json(channel.limit).to_json() == channel.limit
            for fee in channel.fees:
                assert fee_rule(fee).kind == fee["kind"]


def test_a_limit_without_a_unit_in_its_source_is_marked_doubtful() -> None:
    for record in library():
        for channel in record.channels:
            source = channel.limit_source
            if "không ghi đơn vị" in source or source.startswith("Không"):
                assert channel.limit_doubt, f"{record.code} {channel.channel} {channel.case}"


def test_birth_is_done_the_same_day_or_the_next_working_day_after_15() -> None:
    birth = next(record for record in library() if record.code == "1.001193")

    assert {channel.channel for channel in birth.channels_of("ordinary")} == {"online", "counter", "post"}
    for channel in birth.channels:
        assert channel.limit == {"unit": "same_day", "amount": 1, "cutoff": "15:00"}
    needed = {row.key for row in birth.components_of("ordinary") if row.required}
    assert needed == {"to-khai", "giay-chung-sinh", "giay-to-tuy-than"}
    assert "giay-chung-sinh" not in {row.key for row in birth.components_of("abandoned_child")}


def test_certified_copies_cost_what_the_tariff_says() -> None:
    copies = next(record for record in library() if record.code == "2.000815")
    fee = fee_rule(copies.channels[0].fees[0])

    assert [charge(fee, quantity=pages) for pages in (1, 2, 3, 10)] == [2000, 4000, 5000, 12000]
    assert charge(fee, quantity=500) == 200000


def test_residence_is_only_shown_because_the_police_run_it() -> None:
    residence = [record for record in library() if record.domain.key == "cu-tru"]

    assert len(residence) == 5
    assert {record.run_by for record in residence} == {RunBy.MINISTRY_SYSTEM}
    assert {record.service_level for record in residence} == {ServiceLevel.INFORMATION}


def test_every_procedure_of_the_library_is_short_and_can_be_found() -> None:
    for record in library():
        assert 3 <= len(record.steps) <= 6, record.code
        assert len(record.keywords) >= 3, record.code
        assert all(len(step.vi) <= 160 for step in record.steps), record.code
        assert all(len(row.name.vi) <= 120 for row in record.components), record.code


def test_one_domain_key_has_one_name() -> None:
    names: dict[str, set[tuple[str, str]]] = {}
    for record in library():
        names.setdefault(record.domain.key, set()).add((record.domain.vi, record.domain.en))

    assert {key for key, found in names.items() if len(found) > 1} == set()


def test_every_deciding_agency_exists_in_the_demonstration_province() -> None:
    file = resources.files("motcua.ops").joinpath("province", "agencies.json")
    known = {row["key"] for row in json.loads(file.read_text(encoding="utf-8"))["agencies"]}

    named = {row.agency for record in library() for row in record.competent if row.agency}

    assert named
    assert named <= known
