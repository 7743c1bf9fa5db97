"""Records of the portal's own JSON: what is read, what is doubted, what is held back."""

import copy
from datetime import date
from typing import Any

import pytest

from motcua.catalogue.format import ProcedureRecord, read_procedure
from motcua.catalogue.sources.files import open_source
from motcua.catalogue.sources.portal_api import read_portal_api
from motcua.catalogue.sources.reading import Reading, Reason
from tests.samples import SAMPLES, with_samples


def a_fee(value: object = 0, description: str = "", **changed: object) -> dict[str, Any]:
    fee = {"type": "FEE", "value": value, "currencyId": "", "attachment": None, "description": description}
    return {**fee, **changed}


def a_method(amount: object = 5, unit: str = "WORKING_DAY", **changed: object) -> dict[str, Any]:
    method = {"submissionMethod": "DIRECT", "processingTime": amount, "processingTimeUnit": unit}
    return {**method, "description": "", "fees": [a_fee()], **changed}


def a_paper(name: str = "Đơn đề nghị", **changed: object) -> dict[str, Any]:
    return {
        "name": name,
        "originalQty": 1,
        "copyQty": 0,
        "required": False,
        "code": "G01",
        "attachments": [],
    } | changed


RECORD: dict[str, Any] = {
    "id": "019d2bf8-98e1-7328-a826-74115e520507",
    "code": "1.001714",
    "name": "Cấp học bổng",
    "executionSteps": [{"name": "", "description": "Nộp hồ sơ.\nNhận kết quả."}],
    "executionMethods": [
        a_method(submissionMethod="ONLINE"),
        a_method(10, "DAY", submissionMethod="POSTAL", fees=[a_fee(75000)]),
        a_method(2, "MONTH"),
    ],
    "executionCases": [{"name": "", "profileComponents": [a_paper()]}],
    "formalityType": "ASSIGNED_REGULATION",
    "state": "UPDATED",
    "isInternal": False,
    "isWard": True,
    "isProvince": True,
    "isMinistry": False,
    "isOtherAgency": False,
    "keywords": "",
    "categoriesDetails": [{"name": "Giáo dục", "code": "G03-GD11"}],
    "departmentsExecuting": [{"name": "Sở Giáo dục và Đào tạo"}],
    "departmentsAuthority": [],
    "unitGroupsAuthority": [{"name": "Ủy ban nhân dân cấp tỉnh"}],
    "executingAgencies": "Tên viết tay",
    "legalBasisesDetails": [{"name": "Luật Giáo dục", "code": "43/2019/QH14"}],
    "resultsDetails": [{"name": "Quyết định", "code": "KQ.G03.000083"}],
    "subjectTypesDetails": [
        {"name": "Công dân Việt Nam"},
        {"name": "Tổ chức (không bao gồm doanh nghiệp, HTX)"},
    ],
    "cases": [],
    "requirementsAndConditions": "Không\n",
    "dossierReceivingAddresses": "Trung tâm\nsố 1",
    "procedureProposal": {"proposalNumber": "2108/QĐ-BGDĐT", "decisionDate": 1624467600000},
}


def read(**changed: object) -> Reading:
    return read_portal_api({**copy.deepcopy(RECORD), **changed})


def record_of(reading: Reading) -> ProcedureRecord:
    return read_procedure({**reading.content, "effective_from": "2026-07-01"})


def doubts_of(reading: Reading) -> set[tuple[str, str]]:
    return {(doubt.field, doubt.reason) for doubt in reading.doubts}


def test_a_record_becomes_a_procedure_of_the_format() -> None:
    found = read()
    record = record_of(found)
    assert (record.code, record.name.vi, record.decision) == ("1.001714", "Cấp học bổng", "2108/QĐ-BGDĐT")
    assert record.origin is not None
    assert record.origin.url == f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{RECORD['id']}"
    assert [str(level) for level in record.levels] == ["province", "commune"]
    assert [str(word) for word in record.audience] == ["citizen", "organisation"]
    assert [step.vi for step in record.steps] == ["Nộp hồ sơ.", "Nhận kết quả."]
    assert record.conditions == ()
    assert record.kind == "TTHC được giao luật quy định chi tiết"
    assert record.agencies is not None
    assert record.agencies.executing == ("Sở Giáo dục và Đào tạo",)
    assert record.agencies.deciding == ("Ủy ban nhân dân cấp tỉnh",)
    assert record.agencies.address == "Trung tâm số 1"
    assert [(str(base.kind), base.number) for base in record.legal_bases] == [("Luật", "43/2019/QH14")]
    assert found.doubts == []


def test_the_day_of_the_decision_is_the_day_in_viet_nam() -> None:
    # 17:00 of the day before in UTC is midnight in Viet Nam.
    assert read().decided_on == date(2021, 6, 24)


@pytest.mark.parametrize("millis", [None, "x", True, 10**18, -(10**18), 10**30, 0.5])
def test_a_moment_that_is_none_is_left_out(millis: object) -> None:
    assert read(procedureProposal={"decisionDate": millis}).decided_on is None


def test_limits_and_fees_by_channel() -> None:
    rows = {str(row.channel): row for row in record_of(read()).channels}
    assert rows["online"].limit == {"unit": "working_day", "amount": 5, "cutoff": None}
    assert rows["post"].limit == {"unit": "calendar_day", "amount": 10, "cutoff": None}
    assert rows["counter"].limit == {"unit": "month", "amount": 2, "cutoff": None}
    assert rows["online"].fees == ({"kind": "free"},)
    assert rows["post"].fees == ({"kind": "amount", "vnd": 75000},)


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [
        (0, "OTHER", Reason.NO_LIMIT_STATED),
        (0, "WORKING_DAY", Reason.NO_LIMIT_STATED),
        (None, "", Reason.NO_LIMIT_STATED),
        (5, "OTHER", Reason.UNKNOWN_UNIT),
        (5, "FORTNIGHT", Reason.UNKNOWN_UNIT),
        (0.5, "WORKING_DAY", Reason.UNREADABLE_LIMIT),
        (-3, "DAY", Reason.UNREADABLE_LIMIT),
        (9000, "DAY", Reason.UNREADABLE_LIMIT),
    ],
)
def test_an_uncertain_limit_is_none_and_named(amount: object, unit: str, reason: Reason) -> None:
    found = read(executionMethods=[a_method(amount, unit)])
    [row] = record_of(found).channels
    assert row.limit is None
    assert row.limit_doubt
    assert doubts_of(found) == {("channel.counter.limit", reason)}


def test_hours_are_read() -> None:
    [row] = record_of(read(executionMethods=[a_method(8, "HOUR")])).channels
    assert row.limit == {"unit": "hour", "amount": 8, "cutoff": None}


def test_processing_cases_that_state_another_limit_are_told() -> None:
    cases = [
        {"processingDay": {"qty": 5, "type": "DAY"}},
        {"processingDay": {"qty": 5, "type": "WORKING_DAY"}},
    ]
    found = read(executionMethods=[a_method()], cases=cases)
    [row] = record_of(found).channels
    assert row.limit == {"unit": "working_day", "amount": 5, "cutoff": None}
    assert row.limit_doubt == "Trường hợp xử lý của nguồn ghi thời hạn khác: 5 Ngày."
    assert doubts_of(found) == {("channel.counter.limit", Reason.SEVERAL_LIMITS)}


def test_processing_cases_that_state_the_same_limit_are_no_doubt() -> None:
    found = read(executionMethods=[a_method()], cases=[{"processingDay": {"qty": 5, "type": "WORKING_DAY"}}])
    assert found.doubts == []


def test_a_limit_that_only_a_processing_case_states_is_told_and_not_taken() -> None:
    found = read(
        executionMethods=[a_method(0, "OTHER")], cases=[{"processingDay": {"qty": 30, "type": "WORKING_DAY"}}]
    )
    [row] = record_of(found).channels
    assert row.limit is None
    assert "30 Ngày làm việc" in str(row.limit_doubt)


@pytest.mark.parametrize(
    ("fees", "reason"),
    [
        ([a_fee(0, "Theo quy định của Bộ Tài chính")], Reason.UNNAMED_REFERENCE),
        ([a_fee(20)], Reason.THOUSANDS_DROPPED),
        ([a_fee(1.5)], Reason.UNREADABLE_FEE),
        ([a_fee("x")], Reason.UNREADABLE_FEE),
        ([a_fee(-5000)], Reason.UNREADABLE_FEE),
        ([a_fee(50000, currencyId="JPY")], Reason.OTHER_CURRENCY),
        ([a_fee(0, attachment={"fileName": "phi.pdf"})], Reason.UNREADABLE_FEE),
        ([a_fee(0), a_fee(50000, type="SERVICE_FEE")], Reason.FREE_BESIDE_AMOUNT),
        ([], Reason.MISSING_FIELD),
    ],
)
def test_an_uncertain_fee_is_named(fees: list[dict[str, Any]], reason: Reason) -> None:
    found = read(executionMethods=[a_method(fees=fees)])
    [row] = record_of(found).channels
    assert row.fee_doubt
    assert doubts_of(found) == {("channel.counter.fee", reason)}


def test_two_fees_of_one_way_to_file() -> None:
    fees = [
        a_fee(50000, "Lệ phí cấp mới"),
        a_fee(100000, "Phí thẩm định", type="SERVICE_FEE"),
        a_fee(50000, "Lệ phí cấp mới"),
    ]
    [row] = record_of(read(executionMethods=[a_method(fees=fees)])).channels
    assert [fee["vnd"] for fee in row.fees] == [50000, 100000]
    assert row.fee_doubt is None
    assert row.fee_source == "Lệ phí: 50000 VNĐ Lệ phí cấp mới; Phí: 100000 VNĐ Phí thẩm định"


def test_zero_twice_is_simply_free() -> None:
    [row] = record_of(read(executionMethods=[a_method(fees=[a_fee(), a_fee(type="SERVICE_FEE")])])).channels
    assert row.fees == ({"kind": "free"},)
    assert row.fee_doubt is None


def test_headings_of_papers_are_cases() -> None:
    groups = [
        {
            "name": "Đối với trường công lập",
            "profileComponents": [a_paper(), a_paper("Giấy xác nhận", copyQty=2)],
        },
        {"name": "- Đối với trường tư thục:", "profileComponents": [a_paper()]},
    ]
    record = record_of(read(executionCases=groups))
    assert [(case.key, case.vi) for case in record.cases] == [
        ("p1", "Đối với trường công lập"),
        ("p2", "Đối với trường tư thục"),
    ]
    assert [(row.case, row.originals, row.copies) for row in record.components] == [
        ("p1", 1, 0),
        ("p1", 1, 2),
        ("p2", 1, 0),
    ]
    assert len(record.channels) == 6


def test_papers_without_heading_beside_cases_belong_to_every_case() -> None:
    groups = [
        {"name": "", "profileComponents": [a_paper("Tờ khai")]},
        {"name": "Trường hợp ủy quyền", "profileComponents": [a_paper("Giấy ủy quyền")]},
    ]
    record = record_of(read(executionCases=groups))
    assert [case.key for case in record.cases] == ["ordinary", "p1"]
    assert [row.case for row in record.components] == [None, "p1"]


@pytest.mark.parametrize("heading", ["01 bộ hồ sơ", "Thành phần hồ sơ gồm:", ""])
def test_a_lone_heading_that_says_nothing_is_no_case(heading: str) -> None:
    found = read(executionCases=[{"name": heading, "profileComponents": [a_paper()]}])
    assert [case.key for case in record_of(found).cases] == ["ordinary"]
    assert found.doubts == []


def test_a_lone_heading_that_says_something_is_doubted() -> None:
    found = read(executionCases=[{"name": "Đối với lần đầu", "profileComponents": [a_paper()]}])
    assert doubts_of(found) == {("case.1", Reason.UNCLEAR_CASE)}


def test_papers_keep_their_files_and_condition() -> None:
    papers = [
        a_paper("Giấy phép (nếu có)", attachments=[{"fileName": "Mẫu 1.docx"}, {"fileName": "Mẫu 2.docx"}])
    ]
    [paper] = record_of(read(executionCases=[{"name": "", "profileComponents": papers}])).components
    assert paper.form_file == "Mẫu 1.docx; Mẫu 2.docx"
    assert paper.required is False


def test_a_paper_without_quantity_is_doubted() -> None:
    papers = [a_paper(originalQty=0, copyQty=None)]
    found = read(executionCases=[{"name": "", "profileComponents": papers}])
    assert doubts_of(found) == {("component.don-de-nghi", Reason.MISSING_QUANTITY)}


def test_a_record_without_papers_is_doubted() -> None:
    assert doubts_of(read(executionCases=[])) == {("components", Reason.MISSING_FIELD)}


def test_agencies_written_by_hand_stand_in_where_none_is_chosen() -> None:
    agencies = record_of(read(departmentsExecuting=[], executingAgencies="Sở Nội vụ, Sở Tư Pháp")).agencies
    assert agencies is not None
    assert agencies.executing == ("Sở Nội vụ", "Sở Tư pháp")


def test_levels_that_the_format_lacks_are_doubted() -> None:
    found = read(isOtherAgency=True, isMinistry=True, isWard=False)
    assert [str(level) for level in record_of(found).levels] == ["ministry", "province"]
    assert doubts_of(found) == {("levels", Reason.UNKNOWN_LEVEL)}


def test_an_unknown_result_code_is_doubted() -> None:
    found = read(resultsDetails=[{"name": "Giấy phép", "code": "KQ-1099"}])
    assert record_of(found).results[0].code is None
    assert doubts_of(found) == {("result.1", Reason.UNKNOWN_RESULT_CODE)}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"categoriesDetails": []}, "categoriesDetails"),
        ({"executionMethods": []}, "executionMethods"),
        ({"executionMethods": [a_method(submissionMethod="FAX")]}, "executionMethods"),
        ({"code": "abc"}, "code"),
        ({"state": "EXPIRED"}, "state"),
        ({"isInternal": True}, "isInternal"),
    ],
)
def test_what_holds_a_record_back(changed: dict[str, object], field: str) -> None:
    assert [held.field for held in read(**changed).held] == [field]


@pytest.mark.parametrize("junk", [None, 7, "x", [None, 7, "x", []], {"a": 1}, [{}], [{"name": []}]])
@pytest.mark.parametrize("key", sorted(RECORD))
def test_no_kind_of_value_makes_the_reading_fail(key: str, junk: object) -> None:
    found = read(**{key: junk})
    if not found.held:
        record_of(found)


@with_samples
def test_the_sample_is_read() -> None:
    [(_, record)] = open_source(SAMPLES / "schema-samples" / "dvcqg_api_detail_1.001714.json").records
    found = read_portal_api(record)
    assert not found.held
    procedure = record_of(found)
    assert procedure.code == "1.001714"
    assert len(procedure.components) == 3
    assert {row.limit for row in procedure.channels if row.limit is None} == {None}
    assert all("30 Ngày làm việc" in str(row.limit_doubt) for row in procedure.channels)
    assert all(cells.rest == 0 for cells in found.coverage.values())
