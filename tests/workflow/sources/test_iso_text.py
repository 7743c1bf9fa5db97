from motcua.workflow.sources.iso_text import read_document
from tests.workflow.sources.texts import BOSS, DESK, EXPERT, NOTE, WORKING_DAYS, a_text, table, usual

TIMES = ("½ ngày", "3 ngày", "½ ngày", "½ ngày", "½ ngày")
TWO = ("Thời gian không xác minh", "Thời gian có xác minh")


def test_the_first_page_says_what_it_is_called() -> None:
    found = read_document(a_text(usual(*TIMES)))
    assert (found.title, found.code, found.issuer) == ("Cấp giấy phép nuôi ong", "QT 07/NO", "SỞ NUÔI ONG")
    assert found.procedure_code == ""
    assert read_document("Mã TTHC 1.004873\n" + a_text(usual(*TIMES))).procedure_code == "1.004873"


def test_a_title_beside_the_word_process_is_found_too() -> None:
    text = "\x08 \nSỞ NUÔI ONG | QUY TRÌNH\nCấp thẻ | Mã hiệu: QT 01/NO |  | \nMỤC LỤC\n"
    found = read_document(text)
    assert (found.title, found.code, found.table, found.torn) == ("Cấp thẻ", "QT 01/NO", None, False)


def test_the_limit_ends_where_the_next_part_begins_even_without_its_full_stop() -> None:
    text = a_text(usual(*TIMES), limit="05 ngày làm việc.")
    assert read_document(text).limit == "05 ngày làm việc."
    assert read_document(text.replace("c. Đối", "    c Đối")).limit == "05 ngày làm việc."
    assert read_document(text.replace("Thời hạn giải quyết", "Thời giờ")).limit == ""


def test_rows_are_cut_by_the_width_of_the_heading() -> None:
    found = read_document(a_text(usual(*TIMES))).table
    assert found is not None
    assert found.headings == ("Thời gian",)
    assert [row.times for row in found.rows] == [(time,) for time in TIMES]
    assert (found.rows[1].title, found.rows[1].who) == ("Xem xét điều kiện nuôi ong", EXPERT)


def test_numbers_are_kept_however_they_are_written() -> None:
    rows = [(number, "Nhận đơn", DESK, "1 ngày") for number in ("1", "2.", "B3", "Bước 4", "")]
    found = read_document(a_text(rows)).table
    assert found is not None
    assert [row.number for row in found.rows] == ["1", "2", "B3", "Bước 4", ""]


def test_an_empty_column_beside_the_number_is_passed_by() -> None:
    text = "k.\n" + table([("", "", "Nhận đơn", DESK, "1 ngày")] * 2).replace("TT | ", "TT |  | ", 1) + NOTE
    found = read_document(text).table
    assert found is not None
    assert [(row.title, row.times) for row in found.rows] == [("Nhận đơn", ("1 ngày",))] * 2


def test_a_time_that_is_merged_across_counts_in_both_columns() -> None:
    rows = [
        ("", "Nhận đơn", DESK, "½ ngày", "1 ngày"),
        ("", "Xem xét", EXPERT, "2 ngày"),
        ("", "Ký", BOSS, "1 ngày"),
        ("", "Trả kết quả", DESK, "½ ngày", ""),
    ]
    found = read_document(a_text(rows, headings=TWO)).table
    assert found is not None
    assert [row.times for row in found.rows] == [
        ("½ ngày", "1 ngày"), ("2 ngày", "2 ngày"), ("1 ngày", "1 ngày"), ("½ ngày", ""),
    ]  # fmt: skip


def test_cells_that_make_no_rows_are_torn_and_nothing_is_guessed() -> None:
    text = a_text(usual(*TIMES)).replace(f"{EXPERT} | ", "", 1)
    found = read_document(text)
    assert (found.table, found.torn) == (None, True)


def test_the_note_below_the_table_may_say_that_days_are_working_days() -> None:
    assert not read_document(a_text(usual(*TIMES))).working_days
    assert read_document(a_text(usual(*TIMES), note=WORKING_DAYS)).working_days


def test_a_table_without_a_time_is_none_of_steps() -> None:
    text = a_text(usual(*TIMES)).replace("Thời gian", "Ghi sổ")
    assert (read_document(text).table, read_document(text).torn) == (None, False)
