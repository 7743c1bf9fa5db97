"""From a whole text to a draft: what is asked, what is proposed, and what answers change."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process.model import NodeKind, StepKind
from motcua.workflow.sources.checking import faults_of, passes
from motcua.workflow.sources.doubts import AnswerRefused, Kind, Remark
from motcua.workflow.sources.reading import ReadProcess, answer, proposals, read_procedure
from tests.rules.samples import bounded
from tests.workflow.sources.texts import BOSS, CLERK, DESK, EXPERT, WORKING_DAYS, Row, a_text, usual

TIMES = ("½ ngày", "3 ngày", "½ ngày", "½ ngày", "0,5 ngày")
HALF_DAY = Limit(Unit.WORKING_HOUR, 4)


def _read(rows: list[Row], **more: object) -> ReadProcess:
    return read_procedure(a_text(rows, **more), "mẫu")  # type: ignore[arg-type]


def _limits(read: ReadProcess) -> dict[str, Limit | None]:
    assert read.process is not None
    return {node.key: node.limit for node in read.process.steps}


def _asked(read: ReadProcess) -> list[str]:
    return [doubt.key for doubt in read.doubts]


def _remarks(read: ReadProcess) -> set[tuple[Remark, str]]:
    return {(note.remark, note.place) for note in read.notes}


def test_a_plain_text_comes_out_complete() -> None:
    read = _read(usual(*TIMES))
    assert passes(read)
    assert (read.title, read.code, read.steps) == ("Cấp giấy phép nuôi ong", "QT 07/NO", 5)
    assert read.process is not None
    assert read.process.key == "qt-07-no-cap-giay-phep-nuoi-ong"
    assert [(step.function, step.work, step.prepares) for step in read.process.steps] == [
        ("specialist", StepKind.WORK, True),
        ("leader", StepKind.DECIDE, False),
        ("receiver", StepKind.WORK, False),
        ("receiver", StepKind.RETURN, False),
    ]
    assert [step.title_vi for step in read.process.steps][-1] == "Vào sổ; Trả kết quả cho người nộp"
    assert list(_limits(read).values()) == [Limit(Unit.WORKING_DAY, 3), HALF_DAY, HALF_DAY, HALF_DAY]


def test_the_reception_is_no_task_but_its_time_counts() -> None:
    read = _read(usual("1 ngày", "3 ngày", "½ ngày", "½ ngày", "½ ngày"))
    assert (Remark.RECEIVED_BEFORE, "step_1") in _remarks(read)
    assert "step_1" not in _limits(read)
    assert _asked(read) == ["over_limit:plain"]
    assert not read.complete
    assert not passes(read)


def test_a_specialist_who_receives_and_examines_keeps_the_task() -> None:
    rows = [
        ("", "Nhận đơn, xem xét", EXPERT, "2 ngày"),
        ("", "Ký giấy phép", BOSS, "1 ngày"),
        ("", "- Đóng dấu\n- Trả hồ sơ", CLERK, "1 ngày"),
    ]
    read = _read(rows)
    assert list(_limits(read)) == ["step_1", "step_2", "step_3"]
    assert passes(read)


@pytest.mark.parametrize(
    ("said", "changed", "limit"),
    [
        ("6 ngày làm việc", "step_2", Limit(Unit.WORKING_DAY, 3)),
        ("step_2=2 ngày", "step_2", Limit(Unit.WORKING_DAY, 2)),
    ],
)
def test_a_sum_beyond_the_limit_is_mended_at_the_limit_or_at_a_step(
    said: str, changed: str, limit: Limit
) -> None:
    read = answer(_read(usual("1 ngày", "3 ngày", "½ ngày", "½ ngày", "½ ngày")), {"over_limit:plain": said})
    assert _limits(read)[changed] == limit
    assert passes(read)


def test_a_mend_that_is_not_enough_does_not_make_it_complete() -> None:
    over = _read(usual("1 ngày", "3 ngày", "1 ngày", "½ ngày", "½ ngày"))
    read = answer(over, {"over_limit:plain": "step_3=1/2 ngày"})
    assert not read.doubts
    assert not read.complete
    assert [row.fits for row in read.sums] == [False]


def test_rows_under_one_time_are_asked_for_once_and_share_it_in_whole_hours() -> None:
    read = _read(usual("1 ngày", "", "", "", ""), limit="Trong ngày.")
    assert _asked(read) == ["shared_time"]
    assert read.doubts[0].source == "1 ngày: bước 1, 2, 3, 4, 5"
    shared = answer(read, proposals(read))
    hours = [limit.amount for limit in _limits(shared).values() if limit]
    assert hours == [2, 2, 1, 1]
    assert passes(shared)
    opened = answer(read, {"shared_time": "open"})
    assert set(_limits(opened).values()) == {None}
    assert passes(opened)


def test_too_little_for_an_hour_each_is_not_shared_out() -> None:
    read = _read(usual("4 giờ", "", "", "", ""), limit="Trong ngày.")
    assert read.doubts[0].proposed == "open"
    assert set(_limits(answer(read, {"shared_time": "even"})).values()) == {None}


def test_what_the_others_leave_is_proposed_for_the_one_time_that_is_missing() -> None:
    read = _read(usual("½ ngày", "Giờ hành chính", "½ ngày", "½ ngày", "½ ngày"))
    assert _asked(read) == ["no_time:step_2"]
    assert (read.doubts[0].source, read.doubts[0].proposed) == ("Giờ hành chính", "3 ngày làm việc")
    assert passes(answer(read, proposals(read)))
    assert _limits(answer(read, {"no_time:step_2": "1 ½ ngày"}))["step_2"] == Limit(Unit.WORKING_HOUR, 12)
    assert _limits(answer(read, {"no_time:step_2": "open"}))["step_2"] is None


@pytest.mark.parametrize(("said", "days"), [("sum", 3), ("longest", 2), ("1 ngày", 1)])
def test_several_times_in_a_cell_are_asked_for(said: str, days: int) -> None:
    read = _read(usual("½ ngày", "- 1 ngày xem tổ.\n- 2 ngày xem ong.", "½ ngày", "½ ngày", "½ ngày"))
    assert _asked(read) == ["several_times:step_2"]
    assert _limits(answer(read, {"several_times:step_2": said}))["step_2"] == Limit(Unit.WORKING_DAY, days)


def test_bare_days_count_what_the_limit_counts() -> None:
    read = _read(usual("1 ngày", "7 ngày", "1 ngày", "½ ngày", "½ ngày"), limit="10 ngày")
    assert _limits(read)["step_2"] == Limit(Unit.CALENDAR_DAY, 7)
    assert passes(read)


def test_a_note_that_says_otherwise_than_the_limit_is_asked_about() -> None:
    rows = usual("1 ngày", "7 ngày", "1 ngày", "½ ngày", "½ ngày")
    read = _read(rows, limit="10 ngày", note=WORKING_DAYS)
    assert _asked(read) == ["unit_of_days:plain"]
    assert passes(answer(read, {"unit_of_days:plain": "calendar_day"}))
    working = answer(read, {"unit_of_days:plain": "working_day"})
    assert _limits(working)["step_2"] == Limit(Unit.WORKING_DAY, 7)
    # 10 working days are more than 10 days.
    assert _asked(working) == []
    assert not passes(working)


def test_a_number_alone_needs_a_unit_from_somewhere() -> None:
    rows = usual("½", "3", "½", "½", "½")
    assert _asked(_read(rows)) == ["unit_of_days:plain"]
    assert passes(_read(rows, note=WORKING_DAYS))
    assert passes(_read(rows, headings=("Thời gian (ngày)",)))


def test_a_limit_that_is_nowhere_or_twice_or_in_parts_is_asked_for() -> None:
    nowhere = _read(usual(*TIMES), limit="Theo quy định.")
    assert [(doubt.key, doubt.proposed) for doubt in nowhere.doubts] == [("no_limit:plain", "")]
    assert not nowhere.complete
    assert passes(answer(nowhere, {"no_limit:plain": "5 ngày làm việc"}))
    twice = _read(usual(*TIMES), headings=("Thời gian (07 ngày làm việc)",))
    assert [(doubt.key, doubt.proposed) for doubt in twice.doubts] == [
        ("limits_differ:plain", "5 ngày làm việc")
    ]
    parts = _read(
        usual(*TIMES), limit="\n- Thời gian xem: 03 ngày làm việc.\n- Thời gian cấp: 02 ngày làm việc."
    )
    assert [(doubt.key, doubt.proposed) for doubt in parts.doubts] == [("limit_in_parts", "5 ngày làm việc")]
    assert passes(answer(parts, proposals(parts)))


def test_in_the_day_and_one_working_day_are_no_contradiction() -> None:
    read = _read(
        usual("1 giờ", "4 giờ", "1 giờ", "1 giờ", "1 giờ"),
        limit="Trong ngày.",
        headings=("Thời gian (01 ngày làm việc)",),
    )
    assert passes(read)


def test_who_nobody_knows_is_asked_for() -> None:
    rows = usual(*TIMES)
    rows[1] = ("", "Xem tổ ong", "Người nuôi ong", "3 ngày")
    read = _read(rows)
    assert (_asked(read), read.doubts[0].proposed) == (["unknown_actor:step_2"], "specialist")
    partner = answer(read, {"unknown_actor:step_2": "partner"})
    assert partner.process is not None
    node = partner.process.node("step_2")
    assert (node.kind, node.title_vi) == (NodeKind.WAIT, "Xem tổ ong (Người nuôi ong)")
    # Now nobody is left who drafts.
    assert _asked(partner) == [Kind.NO_PREPARER]
    assert passes(answer(partner, proposals(partner)))


def test_what_no_row_does_is_asked_for_and_can_be_added() -> None:
    rows = [
        ("", "Nhận đơn", DESK, "1 ngày"),
        ("", "Xem xét", EXPERT, "2 ngày"),
        ("", "Lưu", EXPERT, "1 ngày"),
    ]
    read = _read(rows)
    assert set(_asked(read)) == {"no_return", "no_decision"}
    added = answer(read, proposals(read))
    assert passes(added)
    assert list(_limits(added)) == ["step_2", "step_3", "decision", "return"]
    chosen = answer(read, {"no_decision": "step_3", "no_return": "add"})
    assert chosen.process is not None
    assert chosen.process.node("step_3").work is StepKind.DECIDE


def test_a_committee_that_signs_is_a_leader_and_one_that_does_not_is_waited_for() -> None:
    rows = [
        ("", "Nhận đơn", DESK, "1 ngày"),
        ("", "Xem xét, dự thảo", EXPERT, "1 ngày"),
        ("", "Góp ý", "UBND xã", "1 ngày"),
        ("", "Ban hành quyết định", "Ủy ban nhân dân tỉnh", "1 ngày"),
        ("", "Trao quyết định", "Sở Nuôi ong", "1 ngày"),
        ("", "Lưu", EXPERT, "1 ngày"),
    ]
    read = _read(rows, limit="06 ngày làm việc.")
    assert read.process is not None
    assert [(node.key, node.kind, node.work) for node in read.process.nodes[1:-1]] == [
        ("step_2", NodeKind.TASK, StepKind.WORK),
        ("step_3", NodeKind.WAIT, None),
        ("step_4", NodeKind.TASK, StepKind.DECIDE),
        ("step_5", NodeKind.TASK, StepKind.RETURN),
    ]
    assert _remarks(read) >= {
        (Remark.COUNCIL_SIGNS, "step_4"), (Remark.PARTNER, "step_3"),
        (Remark.RETURNED_BY_OTHER, "step_5"), (Remark.AFTER_RETURN, "step_6"),
    }  # fmt: skip
    assert passes(read)


def test_a_text_without_a_table_gives_no_process_and_says_so() -> None:
    for text, kind in (
        ("Thư mời họp", Kind.NO_TABLE),
        (a_text(usual(*TIMES)).replace(f"{EXPERT} | ", "", 1), Kind.TORN_TABLE),
    ):
        read = read_procedure(text, "thư.doc")
        assert read.process is None
        assert _asked(read) == [kind]
        assert not read.complete
        assert faults_of(read) == ()


def test_answers_add_up_and_a_wrong_one_is_refused() -> None:
    read = _read(usual("1 ngày", "", "", "", ""), limit="Theo quy định.")
    first = answer(read, {"shared_time": "even"})
    assert _asked(first) == ["no_limit:plain"]
    second = answer(first, {"no_limit:plain": "1 ngày làm việc"})
    assert second.answers == {"shared_time": "even", "no_limit:plain": "1 ngày làm việc"}
    assert passes(second)
    for answers, code in (
        ({"shared_time": "half"}, "bad_answer"),
        ({"no_limit:plain": "lâu"}, "bad_answer"),
        ({"no_time:step_9": "open"}, "unknown_question"),
    ):
        with pytest.raises(AnswerRefused) as refused:
            answer(read, answers)
        assert (refused.value.code, refused.value.where) == (code, next(iter(answers)))


def test_a_time_that_is_no_whole_hour_is_rounded_up_and_said() -> None:
    read = _read(usual("½ ngày", "3 ngày", "30 phút", "½ ngày", "½ ngày"))
    assert _limits(read)["step_3"] == Limit(Unit.WORKING_HOUR, 1)
    assert (Remark.ROUNDED_TO_HOUR, "step_3") in _remarks(read)


_PIECES = (
    "",
    "1 ngày",
    "½",
    EXPERT,
    DESK,
    BOSS,
    CLERK,
    "Ký",
    "Trả kết quả",
    "2.",
    "Trường hợp khác",
    "|",
    "\n",
)


@bounded
@given(st.data())
def test_no_mangled_table_breaks_the_reading(data: st.DataObject) -> None:
    cells = a_text(usual(*TIMES)).split(" | ")
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(cells) - 1))
        cells[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.lists(st.sampled_from(_PIECES), max_size=2)
        )
        cells = cells or [""]
    read = read_procedure(" | ".join(cells), "mẫu")
    faults_of(answer(read, proposals(read)))


@pytest.mark.parametrize(
    "more",
    [
        " " * 300_000,
        "\n" * 300_000,
        "(" * 100_000,
        "các bước " * 100_000,
        "Mã hiệu" + " " * 300_000,
        f" | {EXPERT} | 1 ngày" * 30_000,
        " |  | Xem | Công chức | 1 ngày" * 10_000,
        "Thời hạn giải quyết: " + "\n " * 100_000,
        "1" * 100_000,
    ],
)
def test_a_monstrous_text_takes_no_longer_than_a_long_one(more: str) -> None:
    for place in ("Xem xét điều kiện nuôi ong", "½ ngày", "05 ngày làm việc.", "6. BIỂU MẪU"):
        before = perf_counter()
        read_procedure(a_text(usual(*TIMES)).replace(place, place + more), "mẫu")
        assert perf_counter() - before < 5
