"""Two time columns and steps that are not always done: how the ways part and join."""

from motcua.rules.deadlines import Limit, Unit
from motcua.rules.process.machine import Machine
from motcua.rules.process.model import Process
from motcua.workflow.sources.checking import passes
from motcua.workflow.sources.doubts import Remark
from motcua.workflow.sources.reading import ReadProcess, read_procedure
from tests.workflow.sources.texts import BOSS, DESK, EXPERT, a_text, usual

TWO = ("Thời gian không xác minh", "Thời gian có xác minh")
DAYS = "05 ngày làm việc. Nếu phải xác minh thì không quá 25 ngày."


def _read(*times: tuple[str, str], limit: str = DAYS) -> ReadProcess:
    return read_procedure(a_text(usual(*times), headings=TWO, limit=limit), "mẫu")


def _walk(process: Process | None, **data: bool) -> list[str]:
    """Return the tasks on the way that these data choose."""
    assert process is not None
    machine, walked = Machine(process), []
    marking = machine.begin({}).marking
    while marking:
        (at,) = marking
        walked.append(at)
        marking = machine.complete(marking, at, data).marking
    return walked


def _limit(read: ReadProcess, key: str) -> Limit | None:
    assert read.process is not None
    return read.process.node(key).limit


def test_the_other_course_goes_on_with_what_is_left_of_its_time() -> None:
    half = ("½ ngày", "½ ngày")
    read = _read(("½ ngày", "1 ngày"), ("3 ngày", "22 ngày"), ("½ ngày", "1 ngày"), half, half)
    assert passes(read)
    assert _walk(read.process, verification=False) == ["step_2", "step_3", "step_4", "step_5"]
    assert _walk(read.process, verification=True) == [
        "step_2", "step_2_verification", "step_3_verification", "step_4", "step_5",
    ]  # fmt: skip
    # 22 days less the 5 that 3 working days may take.
    assert _limit(read, "step_2_verification") == Limit(Unit.CALENDAR_DAY, 17)
    assert _limit(read, "step_3_verification") == Limit(Unit.CALENDAR_DAY, 1)
    assert read.process is not None
    assert read.process.node("step_2").sets == ("verification",)


def test_the_ways_join_after_the_last_step_whose_times_differ() -> None:
    limit = "03 ngày làm việc, trường hợp phải xác minh thì không quá 08 ngày làm việc."
    half = ("½ ngày", "½ ngày")
    read = _read(("½ ngày", "1 ngày"), ("1 ngày", "5 ngày"), ("½ ngày", "1 ngày"), half, half, limit=limit)
    assert passes(read)
    assert _walk(read.process, verification=True) == [
        "step_2", "step_2_verification", "step_3_verification", "step_4", "step_5",
    ]  # fmt: skip
    assert _limit(read, "step_2_verification") == Limit(Unit.WORKING_DAY, 4)


def test_columns_that_say_the_same_make_no_branch() -> None:
    half = ("½ ngày", "½ ngày")
    limit = "05 ngày làm việc, trường hợp phải xác minh thì không quá 08 ngày làm việc."
    read = _read(half, ("2 ngày", "2 ngày"), half, half, half, limit=limit)
    assert passes(read)
    assert read.process is not None
    assert not read.process.data


def test_less_time_for_examining_on_the_other_course_adds_no_step() -> None:
    half = ("½ ngày", "½ ngày")
    limit = "05 ngày làm việc, trường hợp phải xác minh thì không quá 08 ngày làm việc."
    read = _read(half, ("2 ngày", "1 ngày"), ("½ ngày", "2 ngày"), half, half, limit=limit)
    assert _walk(read.process, verification=True) == ["step_2", "step_3_verification", "step_4", "step_5"]
    only = _read(half, ("2 ngày", "1 ngày"), half, half, half, limit=limit)
    assert only.process is not None
    assert not only.process.data


def test_columns_may_stand_in_any_order_and_a_third_is_left_out() -> None:
    half = ("½ ngày", "½ ngày")
    rows = usual(half, ("5 ngày", "2 ngày"), half, half, half)
    limit = "04 ngày làm việc, trường hợp phải xác minh thì không quá 08 ngày làm việc."
    turned = read_procedure(a_text(rows, headings=TWO[::-1], limit=limit), "mẫu")
    assert passes(turned)
    assert _limit(turned, "step_2") == Limit(Unit.WORKING_DAY, 2)
    three = [(*row, "1 ngày") for row in rows]
    headings = (*TWO[::-1], "Thời gian (trường hợp khác)")
    read = read_procedure(a_text(three, headings=headings, limit=limit), "mẫu")
    assert passes(read)
    assert Remark.COLUMN_LEFT_OUT in {note.remark for note in read.notes}


def test_a_limit_for_which_there_is_no_column_is_said() -> None:
    read = read_procedure(a_text(usual("½ ngày", "3 ngày", "½ ngày", "½ ngày", "½ ngày"), limit=DAYS), "mẫu")
    assert Remark.LIMIT_WITHOUT_TIMES in {note.remark for note in read.notes}
    assert passes(read)


def test_a_step_of_some_cases_is_passed_by_unless_the_one_before_asks_for_it() -> None:
    rows = [
        ("", "Nhận đơn", DESK, "1 ngày"),
        ("", "Xem xét", EXPERT, "2 ngày"),
        ("", "Trường hợp ong ở nơi khác", "Sở Nuôi ong nơi đó", "3 ngày"),
        ("", "Xem lại đối với ong rừng", EXPERT, "1 ngày"),
        ("", "Ký giấy phép", BOSS, "1 ngày"),
        ("", "Trả kết quả", DESK, "1 ngày"),
    ]
    read = read_procedure(a_text(rows, limit="09 ngày làm việc."), "mẫu")
    assert passes(read)
    assert read.process is not None
    assert read.process.node("step_2").sets == ("needs_step_3", "needs_step_4")
    short = {"needs_step_3": False, "needs_step_4": False}
    assert _walk(read.process, **short) == ["step_2", "step_5", "step_6"]
    assert _walk(read.process, **(short | {"needs_step_3": True})) == ["step_2", "step_3", "step_5", "step_6"]
    assert _walk(read.process, needs_step_3=True, needs_step_4=True) == [f"step_{n}" for n in range(2, 7)]


def test_cases_within_one_piece_of_work_are_no_step_of_their_own() -> None:
    rows = usual("½ ngày", "3 ngày", "½ ngày", "½ ngày", "½ ngày")
    rows[1] = ("", "Xem xét:\n- Trường hợp đủ: làm tiếp;\n- Trường hợp thiếu: báo lại.", EXPERT, "3 ngày")
    read = read_procedure(a_text(rows), "mẫu")
    assert passes(read)
    assert read.process is not None
    assert read.process.node("step_2").title_vi == "Xem xét"
    assert not read.process.data
