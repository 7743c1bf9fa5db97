"""`motcua deadlines`: the vectors of the law, refusals in one line, stored due times, simulations."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from motcua.calendars.actions import DayChange, NoticeData, lay_down_calendar, record_notice
from motcua.dossiers.models import Dossier
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.ops import deadlines, reckoning
from motcua.ops.cli import main
from motcua.rules.localday import at_local
from tests.world import World, a_procedure

NOTICE = "kind,from,to,name\nclosure,2026-11-25,2026-11-26,Lũ\n"


@pytest.fixture(autouse=True)
def _today(friday: datetime) -> Iterator[None]:
    with clock.freeze(friday):
        yield


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The command line on the database of the test."""
    for module in (deadlines, reckoning):
        monkeypatch.setattr(module, "product", nullcontext)
    monkeypatch.setattr(reckoning, "_database_there", lambda: True)
    return world


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["deadlines", command, *arguments])


def explained(received: str, limit: str, *more: str, seed: bool = True) -> dict[str, Any]:
    source = ["--seed"] if seed else []
    done = run("explain", "--received", received, "--limit", limit, *more, *source, "--json")
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


# Weekdays and days off of 2026: 16-20/2 Tết, 27/4 for Sunday 26/4, 30/4, 1/5, 24/11.
VECTORS = [
    ("2026-11-20T10:00", "3 ngày làm việc", "2026-11-26T17:00+07:00"),
    ("2026-02-12T09:00", "3 ngày làm việc", "2026-02-24T17:00+07:00"),
    ("2026-04-24T08:00", "03 (ba) ngày làm việc", "2026-05-04T17:00+07:00"),
    ("2026-04-10T09:00", "21 ngày", "2026-05-04T17:00+07:00"),
    ("2026-11-23T16:00", "8 giờ làm việc", "2026-11-25T16:00+07:00"),
    ("2026-11-18T16:30", "ngay trong ngày; sau 15 giờ thì ngày làm việc tiếp theo", "2026-11-19T17:00+07:00"),
    ("2028-01-31T09:00", "1 tháng", "2028-02-29T17:00+07:00"),
    ("2029-01-31T09:00", "1 tháng", "2029-02-28T17:00+07:00"),
    ("2026-03-31T09:00", "01 tháng và 02 ngày làm việc", "2026-05-05T17:00+07:00"),
    ("2026-11-18T16:30", "3 ngày làm việc; nhận sau 15 giờ thì tính vào ngày làm việc tiếp theo", "2026-11-25T17:00+07:00"),
    ("2026-11-20T03:00:00Z", "3 ngày làm việc", "2026-11-26T17:00+07:00"),
]  # fmt: skip


@pytest.mark.parametrize(("received", "limit", "due"), VECTORS)
def test_the_vectors_of_the_law_come_out(received: str, limit: str, due: str) -> None:
    told = explained(received, limit)
    assert (told["due"], told["original_due"]) == (due, due)
    assert told["limit_text"] == limit
    assert told["calendar"]["source"] == "seed"
    assert told["steps"][-1]["reason"] == "due"
    assert {"from", "to", "counted", "reason", "basis", "note", "text"} == set(told["steps"][0])
    assert all(step["text"] for step in told["steps"])
    assert told["sentence_vi"]
    assert told["sentence_en"]


def test_the_steps_count_the_limit_and_name_the_law() -> None:
    told = explained("2026-02-12T09:00", "3 ngày làm việc")
    assert sum(step["counted"] for step in told["steps"]) == 3
    off = [step for step in told["steps"] if step["reason"] in ("holiday", "non_working")]
    assert (off[0]["from"], off[-1]["to"]) == ("2026-02-14", "2026-02-22")
    assert told["limit"] == {"unit": "working_day", "amount": 3, "cutoff": None}
    assert "Điều 147" in told["steps"][0]["basis"]
    plain = run("explain", "--received", "2026-02-12T09:00", "--limit", "3 ngày làm việc", "--seed").stdout
    assert plain.splitlines()[-1] == "2026-02-24T17:00+07:00"
    assert "Lịch dựng sẵn" in plain


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("theo quy định", "unreadable"),
        ("1", "unknown_unit"),
        ("3-5 ngày", "several"),
        ("Khác", "none_stated"),
    ],
)
def test_what_cannot_be_read_needs_a_person(text: str, why: str) -> None:
    arguments = ("--received", "2026-11-20T10:00", "--limit", text, "--seed")
    done = run("explain", *arguments, "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (
        1,
        {"needs_a_person": True, "text": text, "why": why},
    )
    plain = run("explain", *arguments)
    assert (plain.exit_code, len(plain.stdout.splitlines())) == (1, 1)
    assert f"“{text}”" in plain.stdout


# The example of docs/rules/clock.md: due Thu 26/11 17:00, paused Mon 23/11 09:00, resumed Fri 27/11 14:00.
@pytest.mark.parametrize(
    ("policy", "due", "reasons"),
    [
        ("restart", "2026-12-02T17:00+07:00", {"pause", "resume", "first_day_excluded"}),
        ("shift", "2026-12-02T10:00+07:00", {"pause", "resume", "paused", "shifted"}),
        ("resume", "2026-12-02T10:00+07:00", {"pause", "resume", "paused", "shifted"}),
        ("none", "2026-11-26T17:00+07:00", {"pause", "resume"}),
    ],
)
def test_the_steps_cover_the_whole_ledger(policy: str, due: str, reasons: set[str]) -> None:
    pause = ("--pause", "2026-11-23T09:00/2026-11-27T14:00", "--policy", policy)
    told = explained("2026-11-20T10:00", "3 ngày làm việc", *pause)
    assert (told["original_due"], told["due"], told["policy"]) == ("2026-11-26T17:00+07:00", due, policy)
    after = [step["reason"] for step in told["steps"]]
    assert reasons <= set(after[after.index("pause") :])
    assert told["steps"][-1]["reason"] == "due"
    # Two that overlap are the union.
    two = [
        "--pause", "2026-11-23T09:00/2026-11-26T09:00", "--pause", "2026-11-25T09:00/2026-11-27T14:00",
        "--policy", policy,
    ]  # fmt: skip
    assert explained("2026-11-20T10:00", "3 ngày làm việc", *two)["due"] == due


def test_a_pause_without_length_moves_nothing() -> None:
    pause = ("--pause", "2026-11-23T09:00/2026-11-23T09:00", "--policy", "shift")
    assert explained("2026-11-20T10:00", "3 ngày làm việc", *pause)["due"] == "2026-11-26T17:00+07:00"


def test_an_extension_sets_the_day_of_its_letter() -> None:
    told = explained("2026-11-20T10:00", "3 ngày làm việc", "--until", "2026-12-01T17:00")
    assert told["due"] == "2026-12-01T17:00+07:00"
    assert "extended" in [step["reason"] for step in told["steps"]]


def test_a_year_without_any_holiday_is_doubted(here: World) -> None:
    # The calendar of the test knows one holiday, in 2026.
    asked = ("2026-12-30T10:00", "5 ngày làm việc")
    told = explained(*asked, seed=False)
    assert (told["due"], told["doubts"]) == ("2027-01-06T17:00+07:00", ["no_holidays_2027"])
    plain = run("explain", "--received", asked[0], "--limit", asked[1]).stdout
    assert "Lịch năm 2027 chưa có ngày nghỉ lễ nào: kiểm tra lại trước khi hẹn." in plain.splitlines()
    assert explained("2026-11-20T10:00", "5 ngày làm việc", seed=False)["doubts"] == []
    assert explained(*asked)["doubts"] == []


@pytest.mark.parametrize("policy", ["restart", "shift", "none"])
def test_the_plain_answer_says_each_thing_once(policy: str) -> None:
    pause = ("--pause", "2026-11-23T09:00/2026-11-27T14:00", "--policy", policy)
    # Who is late already is not extended: what does not move the due time leaves none to extend.
    letters = ((), ("--until", "2026-12-04T17:00")) if policy != "none" else ((),)
    for more in letters:
        asked = ("--received", "2026-11-20T10:00", "--limit", "03 (ba) ngày làm việc", "--seed")
        lines = run("explain", *asked, *pause, *more).stdout.splitlines()
        assert lines[0].startswith("Thời hạn: 3 ngày làm việc. Lịch: Lịch dựng sẵn")
        assert sum(line.startswith("Hẹn trả trước") for line in lines) == 1
        extended = [line for line in lines if line.startswith("Gia hạn")]
        assert extended == (["Gia hạn: 17 giờ thứ Sáu 4/12/2026"] if more else [])


def test_a_notice_is_set_over_the_calendar(tmp_path: Path) -> None:
    (tmp_path / "lu.csv").write_text(NOTICE, encoding="utf-8")
    told = explained("2026-11-20T10:00", "3 ngày làm việc", "--calendar", str(tmp_path / "lu.csv"))
    assert told["due"] == "2026-11-30T17:00+07:00"
    assert told["calendar"]["with"] == "lu.csv"
    assert "closure" in [step["reason"] for step in told["steps"]]


BAD = [
    ("--received", "hôm qua", "--limit", "3 ngày"),
    ("--received", "2026-02-30T09:00", "--limit", "3 ngày"),
    ("--received", "1900-01-01T09:00", "--limit", "3 ngày"),
    ("--received", "2190-01-01T09:00", "--limit", "3 ngày"),
    ("--received", "2026-11-20T10:00", "--limit", "9999 ngày"),
    ("--received", "2026-11-20T10:00"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--channel", "fax"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--policy", "wait"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--agency", "khong-co"),
    ("--received", "2026-11-20T10:00", "--procedure", "9.000001"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--pause", "2026-11-23T09:00"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--pause", "2026-11-24T09:00/2026-11-23T09:00"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--pause", "2026-11-19T09:00/2026-11-23T09:00"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--until", "2026-11-20T17:00"),
    ("--received", "2026-11-20T10:00", "--limit", "3 ngày", "--calendar", "nothing.csv"),
]


@pytest.mark.parametrize("arguments", BAD)
def test_bad_input_is_one_clear_line(arguments: tuple[str, ...]) -> None:
    done = run("explain", *arguments, "--seed")
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("seed", "url"),
    [((), ""), (("--seed",), ""), ((), "postgresql://nobody@127.0.0.1:1/none"), ((), "rubbish")],
)
def test_without_a_database_the_seed_answers_and_nothing_is_left_behind(
    tmp_path: Path, seed: tuple[str, ...], url: str
) -> None:
    values = os.environ | {"MOTCUA_DATA": str(tmp_path / "data")}
    for name in ("MOTCUA_DATABASE_URL", "MOTCUA_KEY"):
        values.pop(name, None)
    values |= {"MOTCUA_DATABASE_URL": url} if url else {}
    asked = [
        "explain",
        "--received",
        f"{date.today().year}-03-02T09:00",
        "--limit",
        "1 ngày",
        "--json",
        *seed,
    ]
    command = [sys.executable, "-m", "motcua.ops.cli", "deadlines", *asked]
    done = subprocess.run(command, env=values, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["calendar"]["source"] == "seed"
    assert not (tmp_path / "data").exists()


# --- on a database ------------------------------------------------------------------------------------------


def test_the_calendar_of_the_agency_and_its_notice_are_named(here: World, tmp_path: Path) -> None:
    own = lay_down_calendar(here.commune, name="Xã Một", legal_basis="thử", by=SYSTEM, at=here.at)
    closed = DayChange(date(2026, 11, 25), "closure", "Lũ", "QĐ 9")
    number = record_notice(own, NoticeData("Quyết định 9", days=(closed,)), by=SYSTEM, at=here.at)
    national = explained("2026-11-20T10:00", "3 ngày làm việc", seed=False)
    assert national["due"] == "2026-11-26T17:00+07:00"
    assert (national["calendar"]["source"], national["calendar"]["agency"]) == ("database", None)
    for key in ("xa-mot", "X1.01"):
        told = explained("2026-11-20T10:00", "3 ngày làm việc", "--agency", key, seed=False)
        assert told["due"] == "2026-11-27T17:00+07:00"
        assert told["calendar"] == {
            "source": "database", "agency": key, "notice": number, "title": "Quyết định 9",
        }  # fmt: skip
    (tmp_path / "lu.csv").write_text(NOTICE.replace("2026-11-25", "2026-11-26"), encoding="utf-8")
    file = str(tmp_path / "lu.csv")
    told = explained(
        "2026-11-20T10:00", "3 ngày làm việc", "--agency", "xa-mot", "--calendar", file, seed=False
    )
    assert told["due"] == "2026-11-30T17:00+07:00"


def test_the_limit_and_the_policy_are_those_of_the_procedure(here: World) -> None:
    content = a_procedure("9.000002", supplement_policy="shift")
    content["channels"][0]["limit"] = {"unit": "working_day", "amount": 1, "cutoff": None}
    content["channels"][1]["limit_source"] = "xem ghi chú của danh mục"
    here.publish(content)
    asked = ("explain", "--received", "2026-11-20T10:00", "--procedure", "9.000002", "--json")
    online = json.loads(run(*asked, "--channel", "online").stdout)
    assert (online["due"], online["policy"]) == ("2026-11-23T17:00+07:00", "shift")
    assert json.loads(run(*asked).stdout)["due"] == "2026-11-26T17:00+07:00"
    plain = run("explain", "--received", "2026-11-20T10:00", "--procedure", "9.000002").stdout
    assert plain.startswith("Thời hạn: 3 ngày làm việc. Lịch: ")
    assert "xem ghi chú" not in plain
    content = a_procedure("9.000003")
    for row in content["channels"]:
        row["limit"] = None
    here.publish(content)
    asked = ("explain", "--received", "2026-11-20T10:00", "--procedure", "9.000003", "--json")
    none = run(*asked)
    assert (none.exit_code, json.loads(none.stdout)["why"]) == (1, "none_stated")


@pytest.mark.parametrize(
    "more",
    [
        ("--procedure", "9.999999"),
        ("--procedure", "9.000001", "--case", "khac"),
        ("--procedure", "9.000001", "--limit", "3 ngày"),
        ("--limit", "3 ngày", "--agency", "khong-co"),
    ],
)
def test_what_the_catalogue_does_not_know_is_one_line(here: World, more: tuple[str, ...]) -> None:
    done = run("explain", "--received", "2026-11-20T10:00", *more)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_an_empty_database_answers_by_the_seed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reckoning, "product", nullcontext)
    monkeypatch.setattr(reckoning, "_database_there", lambda: True)
    told = explained("2026-11-20T10:00", "3 ngày làm việc", seed=False)
    assert (told["due"], told["calendar"]["source"]) == ("2026-11-26T17:00+07:00", "seed")
    done = run("explain", "--received", "2026-11-20T10:00", "--procedure", "9.000001")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_stored_due_times_are_checked(here: World) -> None:
    dossier = here.a_dossier().accepted().dossier
    here.a_dossier().decided()
    done = run("verify", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"checked": 1, "differences": []})
    assert json.loads(run("verify", "--all", "--json").stdout)["checked"] == 2
    Dossier.objects.filter(pk=dossier.pk).update(due_at=at_local(date(2026, 12, 1), time(17)))
    done = run("verify", "--json")
    [found] = json.loads(done.stdout)["differences"]
    assert (done.exit_code, found["number"], found["what"]) == (1, dossier.number, "due_at")
    assert (found["stored"], found["derived"]) == ("2026-12-01T17:00+07:00", "2026-11-11T17:00+07:00")
    assert str(dossier.number) in run("verify").stdout


def test_another_limit_is_simulated(here: World, tmp_path: Path) -> None:
    story = here.a_dossier().accepted()
    here.at = at_local(date(2026, 11, 11), time(10))
    story.decided()
    asked = ["--from", "2026-11-01", "--to", "30/11/2026"]
    with clock.freeze(at_local(date(2026, 12, 1), time(9))):
        done = run("simulate", *asked, "--procedure", "9.000001", "--limit", "2 ngày làm việc", "--json")
        told = json.loads(done.stdout)
        [row] = told["agencies"]
        assert (row["agency"], row["solved"], row["late"], row["newly_late"]) == ("xa-mot", 1, 0, 1)
        [late] = told["dossiers"]
        assert late == {
            "number": story.dossier.number, "procedure": "9.000001", "agency": "xa-mot",
            "accepted": "2026-11-06T09:00+07:00", "due": "2026-11-11T17:00+07:00",
            "due_simulated": "2026-11-10T17:00+07:00", "finished": "2026-11-11T10:00+07:00", "newly_late": True,
            "passed_over": [],
        }  # fmt: skip
        plain = run("simulate", *asked, "--procedure", "9.000001", "--limit", "2 ngày làm việc").stdout
        assert str(story.dossier.number) in plain
        assert "không ghi gì" in plain
        (tmp_path / "lam.csv").write_text("kind,from,to,name\nclosure,2026-11-10,,Lũ\n", encoding="utf-8")
        closed = run(
            "simulate", *asked, "--calendar", str(tmp_path / "lam.csv"), "--agency", "xa-mot", "--json"
        )
        assert closed.exit_code == 0, closed.output
        assert json.loads(closed.stdout)["total"]["late"] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--from", "2026-11-01", "--to", "2026-11-30"), 2),
        (("--from", "2026-11-30", "--to", "2026-11-01", "--procedure", "9.000001", "--limit", "1 ngày"), 2),
        (("--from", "2026-13-01", "--to", "2026-11-01", "--procedure", "9.000001", "--limit", "1 ngày"), 2),
        (("--from", "2027-01-01", "--to", "2027-01-31", "--procedure", "9.000001", "--limit", "1 ngày"), 2),
        (("--from", "2026-11-01", "--to", "2026-11-30", "--limit", "1 ngày"), 2),
        (("--from", "2026-11-01", "--to", "2026-11-30", "--procedure", "9.9", "--limit", "1 ngày"), 2),
        (("--from", "2026-11-01", "--to", "2026-11-30", "--procedure", "9.000001", "--limit", "nhanh"), 1),
        (("--from", "2026-11-01", "--to", "2026-11-30", "--calendar", "nothing.csv"), 2),
    ],
)
def test_a_simulation_that_makes_no_sense_is_one_line(
    here: World, arguments: tuple[str, ...], code: int
) -> None:
    done = run("simulate", *arguments)
    assert done.exit_code == code, done.output
    assert len((done.stderr if code == 2 else done.stdout).splitlines()) == 1
