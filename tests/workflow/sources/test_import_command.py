"""`motcua processes import`: the report, the questions, and the answers that come back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from motcua.ops.process_import import import_
from motcua.workflow.sources.doubts import Kind, Remark
from motcua.workflow.sources.questions import QUESTIONS, REMARKS
from tests.workflow.sources.texts import a_text, usual

PLAIN = a_text(usual("½ ngày", "3 ngày", "½ ngày", "½ ngày", "½ ngày"), title="Cấp thẻ")
SHARED = a_text(usual("1 ngày", "", "", "", ""), limit="Trong ngày.", title="Đổi thẻ")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "quytrinh.jsonl"
    rows = [{"_path": "một.doc", "text": PLAIN}, {"_path": "hai.doc", "text": SHARED}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(import_, [str(one) for one in arguments])


def test_the_report_counts_and_asks(file: Path) -> None:
    done = _run(file, "--json")
    told = json.loads(done.output)
    assert done.exit_code == 0
    counts = {name: told[name] for name in ("read", "complete", "asks", "faulty", "unreadable")}
    assert counts == {"read": 2, "complete": 1, "asks": 1, "faulty": 0, "unreadable": 0}
    assert told["processes"][0]["sums"] == [
        {
            "course": "plain", "total": 5.0, "day": "working_day", "fits": True,
            "limit": {"unit": "working_day", "amount": 5, "cutoff": None},
        }
    ]  # fmt: skip
    (doubt,) = told["processes"][1]["doubts"]
    assert (doubt["key"], doubt["proposed"], doubt["answers"]) == ("shared_time", "even", ["even", "open"])
    assert doubt["question"].endswith("?")


def test_people_read_each_question_with_what_raised_it(file: Path) -> None:
    said = _run(file).output
    assert "Đọc 2 quy trình: đủ 1, còn phải hỏi 1" in said
    assert "Mọi câu trả lời đề xuất đều cần người xác nhận." in said
    assert "? shared_time: " in said
    assert "“1 ngày: bước 1, 2, 3, 4, 5”" in said


def test_questions_come_back_as_answers(file: Path, tmp_path: Path) -> None:
    questions, report = tmp_path / "hoi.json", tmp_path / "baocao.json"
    _run(file, "--questions", questions)
    assert json.loads(questions.read_text("utf-8")) == {"hai.doc": {"shared_time": "even"}}
    assert _run(file, "--answers", questions, "--report", report).exit_code == 0
    told = json.loads(report.read_text("utf-8"))
    assert told["complete"] == 2
    assert told["processes"][1]["answers"] == {"shared_time": "even"}


def test_an_answer_may_name_the_process_by_its_key_and_an_empty_one_is_none(
    file: Path, tmp_path: Path
) -> None:
    answers = tmp_path / "traloi.json"
    key = "qt-07-no-doi-the"
    answers.write_text(json.dumps({key: {"shared_time": "open"}}), encoding="utf-8")
    assert json.loads(_run(file, "--answers", answers, "--json").output)["complete"] == 2
    answers.write_text(json.dumps({key: {"shared_time": ""}}), encoding="utf-8")
    assert json.loads(_run(file, "--answers", answers, "--json").output)["asks"] == 1


@pytest.mark.parametrize(
    "answers",
    [
        "[]",
        "{",
        '{"hai.doc": {"shared_time": 1}}',
        '{"hai.doc": {"shared_time": "half"}}',
        '{"hai.doc": {"no_limit:plain": "5 ngày"}}',
        '{"ba.doc": {}}',
    ],
)
def test_answers_that_can_not_be_taken_end_in_one_line(file: Path, tmp_path: Path, answers: str) -> None:
    path = tmp_path / "traloi.json"
    path.write_text(answers, encoding="utf-8")
    done = _run(file, "--answers", path)
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1


def test_an_unreadable_text_is_named_and_the_others_are_read(file: Path) -> None:
    with file.open("a", encoding="utf-8") as more:
        more.write('\n{"text": "Thư mời họp"}')
    done = _run(file, "--json")
    told = json.loads(done.output)
    assert done.exit_code == 1
    assert (told["read"], told["unreadable"]) == (3, 1)
    assert told["processes"][2]["name"] == "quytrinh.jsonl:3"


@pytest.mark.parametrize("content", [b"", b"{", b'{"title": "x"}', b"\x00\xff\x00", b"[1]"])
def test_a_file_that_is_none_ends_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "quytrinh.jsonl"
    path.write_bytes(content)
    done = _run(path)
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1
    assert _run(tmp_path / "không có.jsonl").exit_code == 2


def test_what_is_read_is_never_written_over(file: Path) -> None:
    before = file.read_bytes()
    assert _run(file, "--report", file).exit_code == 2
    assert file.read_bytes() == before


def test_every_question_and_remark_has_words_of_its_own() -> None:
    assert set(QUESTIONS) == set(Kind)
    assert set(REMARKS) == set(Remark)
    said = [str(words) for words in (*QUESTIONS.values(), *REMARKS.values())]
    assert len(set(said)) == len(said)
