"""The interface for agencies outside the system: who comes in, what they read, what becomes of what they send."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as product_settings
from django.db import connection
from django.test import Client

from motcua.api import entry, wording
from motcua.dossiers import actions
from motcua.dossiers.models import Dossier, Look, PartnerReply, Result
from motcua.journal.models import Event
from motcua.kit import clock
from motcua.organisation.models import AgencyVersion
from tests.architecture.test_actions import _raised
from tests.dossiers.outside import a_key, asked, lay_down, part_of
from tests.world import PDF, DossierStory, World

PLACE = "/api/partner/v1"
_SAID = base64.b64encode(PDF).decode()


class Partner:
    """Another system with its key."""

    def __init__(self, key: str = "") -> None:
        self.key, self.client = key, Client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, address: str) -> Any:
        return self.client.get(address.removeprefix(product_settings.MOTCUA_ADDRESS), headers=self.headers)

    def send(self, message: Any) -> Any:
        body = message if isinstance(message, str | bytes) else json.dumps(message)
        return self.client.post(f"{PLACE}/answers", body, "application/json", headers=self.headers)


def a_message(
    story: DossierStory, kind: str = "granted", sequence: int = 1, **changes: Any
) -> dict[str, Any]:
    message: dict[str, Any] = {
        "schema": "motcua.partner/1", "message_id": f"m-{sequence}-{kind}", "part": part_of(story).number,
        "sequence": sequence, "kind": kind,
    }  # fmt: skip
    if kind == "granted":
        message["result"] = {
            "title": "Thẻ BHYT", "number": "TE 1", "file": {"name": "the.pdf", "content": _SAID},
        }  # fmt: skip
    return message | changes


@pytest.fixture
def insurance(world: World) -> Partner:
    """The insurance with its key."""
    return Partner(a_key(world, lay_down(world)))


@pytest.fixture
def story(world: World, insurance: Partner) -> DossierStory:
    """A dossier whose part is at the insurance."""
    return asked(world)


@pytest.fixture
def other(world: World, insurance: Partner) -> Partner:
    """Another agency outside, with its own key."""
    agency = world.partner("thue", "Thuế tỉnh Thử", "tax", "X1.7", world.province, outside=True)
    return Partner(a_key(world, agency))


# --- who comes in ---------------------------------------------------------------------------------------------


def test_without_a_key_that_holds_nothing_is_told(world: World, story: DossierStory) -> None:
    key = a_key(world, AgencyVersion.objects.get(agency__key="bhxh").agency)
    wrong = [
        "", "x", "mcp_", "mcp__", key[:-1], key + "a", key.upper(), f"mcp_{'0' * 12}_{key.rsplit('_', 1)[-1]}",
    ]  # fmt: skip
    for text in wrong:
        answer = Partner(text).get(f"{PLACE}/parts")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), text
        assert answer.json()["code"] == "key_needed"
        assert set(answer.json()["message"]) == {"vi", "en"}
    basic = Client().get(f"{PLACE}/parts", headers={"Authorization": f"Basic {key}"})
    assert basic.status_code == 401
    assert Partner(key).get(f"{PLACE}/parts").status_code == 200


def test_an_ended_key_and_one_of_an_agency_that_came_inside_open_nothing(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    assert insurance.get(f"{PLACE}/parts").status_code == 200
    version = AgencyVersion.objects.get(agency__key="bhxh")
    second = Partner(a_key(world, version.agency))
    assert (insurance.get(f"{PLACE}/parts").status_code, second.get(f"{PLACE}/parts").status_code) == (
        401,
        200,
    )
    AgencyVersion.objects.filter(id=version.id).update(outside=False)
    assert second.get(f"{PLACE}/parts").status_code == 401


def test_wrong_keys_are_counted_and_right_ones_are_not_hindered_by_them(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    answers = [Partner("x").get(f"{PLACE}/parts") for _ in range(entry.WRONG_KEYS + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {401}
    assert (answers[-1].status_code, answers[-1]["Retry-After"]) == (429, "300")
    assert insurance.get(f"{PLACE}/parts").status_code == 200


def test_a_partner_that_asks_too_often_waits_and_others_do_not(
    insurance: Partner, other: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry, "REQUESTS", 3)
    statuses = [insurance.get(f"{PLACE}/parts").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert other.get(f"{PLACE}/parts").status_code == 200


# --- what they read -------------------------------------------------------------------------------------------


def test_the_list_shows_the_open_parts_page_by_page(world: World, insurance: Partner, other: Partner) -> None:
    numbers = [part_of(asked(world)).number for _ in range(5)]
    seen, address = [], f"{PLACE}/parts?most=2"
    pages = 0
    while address:
        page = insurance.get(address).json()
        seen += [row["number"] for row in page["parts"]]
        address, pages = page["next"], pages + 1
    assert (seen, pages) == (numbers, 3)
    assert other.get(f"{PLACE}/parts").json() == {"parts": [], "next": None}
    row = insurance.get(f"{PLACE}/parts").json()["parts"][0]
    assert row["procedure"] == {"code": "9.000001", "name": "Xác nhận thử nghiệm"}
    assert (row["asked"], row["due_at"], row["late"], row["last"]) == (
        "Cấp thẻ BHYT", "2026-11-09T17:00:00+07:00", False, None,
    )  # fmt: skip


@pytest.mark.parametrize("query", ["most=0", "most=101", "most=x", "after=x", "after=%22"])
def test_a_page_that_cannot_be_read_is_named(insurance: Partner, query: str) -> None:
    answer = insurance.get(f"{PLACE}/parts?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, query.split("=")[0])


def test_a_part_shows_people_and_papers_and_the_look_is_logged(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    part = part_of(story)
    answer = insurance.get(f"{PLACE}/parts/{part.number}").json()
    assert (answer["state"], answer["request"], answer["whole"]) == (
        "open",
        "Xin xác nhận",
        story.dossier.number,
    )
    assert answer["applicant"]["name"] == "Nguyễn Thị Ánh"
    assert answer["applicant"]["identity"] == "066190900017"
    assert [paper["title"] for paper in answer["papers"]] == ["Tờ khai", "Giấy chứng nhận"]
    [look] = Look.objects.all()
    assert (look.dossier_id, look.label, look.purpose) == (
        story.dossier.id, "Bảo hiểm xã hội tỉnh Thử", "partner",
    )  # fmt: skip

    file = insurance.get(answer["papers"][0]["link"])
    content = b"".join(file.streaming_content)
    assert (file.status_code, file["Content-Type"], content) == (200, "application/pdf", PDF)
    assert hashlib.sha256(content).hexdigest() == answer["papers"][0]["sha256"]
    assert file["Content-Disposition"].startswith("attachment")
    assert Look.objects.count() == 2


def test_who_follows_the_dossier_reads_that_the_partner_looked(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    insurance.get(f"{PLACE}/parts/{part_of(story).number}")
    citizen = Client()
    citizen.force_login(world.people["dan"])
    page = citizen.get(f"/cua-toi/{story.dossier.id}/").content.decode()
    assert "Bảo hiểm xã hội tỉnh Thử" in page


def test_results_that_are_there_already_can_be_read(world: World, insurance: Partner) -> None:
    from io import BytesIO

    story = world.a_dossier().accepted()
    actions.hand_over(story.dossier, by=story.staff("specialist"), at=world.at)
    actions.decide_dossier(
        story.reload().dossier, outcome="granted", title="Giấy khai sinh", number="01/KS",
        document=(BytesIO(PDF + b"% ket qua"), "ks.pdf"), by=story.staff("leader"), at=world.at,
    )  # fmt: skip
    papers = insurance.get(f"{PLACE}/parts/{part_of(story).number}").json()["papers"]
    [result] = [paper for paper in papers if paper["kind"] == "result"]
    assert result["title"] == "Giấy khai sinh"
    assert b"".join(insurance.get(result["link"]).streaming_content) == PDF + b"% ket qua"


def test_what_is_not_yours_looks_like_what_is_not_there(
    world: World, insurance: Partner, other: Partner, story: DossierStory
) -> None:
    part = part_of(story)
    paper = insurance.get(f"{PLACE}/parts/{part.number}").json()["papers"][0]["link"]
    looks = Look.objects.count()
    nothing = [other.get(f"{PLACE}/parts/X1.8-261106-9999"), other.send(a_message(story, part="X9"))]
    strange = [
        other.get(f"{PLACE}/parts/{part.number}"),
        other.get(paper),
        other.send(a_message(story)),
        insurance.get(f"{PLACE}/parts/{story.dossier.number}"),
        insurance.get(f"{PLACE}/parts/{part.number}/papers/{UUID(int=7)}"),
        insurance.get(f"{PLACE}/parts/{part.number}/x"),
        insurance.send(a_message(story, part=story.dossier.number)),
    ]
    assert {(answer.status_code, answer.content) for answer in nothing + strange} == {
        (404, nothing[0].content)
    }
    assert (PartnerReply.objects.count(), Look.objects.count()) == (0, looks)
    assert part_of(story).state == "in_progress"


def test_of_a_part_that_has_ended_no_person_and_no_paper_is_shown(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    address = f"{PLACE}/parts/{part_of(story).number}"
    paper = insurance.get(address).json()["papers"][0]["link"]
    actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    looks = Look.objects.count()
    answer = insurance.get(address).json()
    assert (answer["state"], answer["applicant"], answer["papers"], answer["request"]) == (
        "called_off",
        None,
        [],
        "",
    )
    assert "Ánh" not in json.dumps(answer, ensure_ascii=False)
    assert insurance.get(paper).status_code == 404
    assert insurance.get(f"{PLACE}/parts").json()["parts"] == []
    assert Look.objects.count() == looks


# --- what they send -------------------------------------------------------------------------------------------


def test_a_granted_answer_brings_the_result_to_the_door(
    world: World, insurance: Partner, story: DossierStory, outbox: Callable[[], int]
) -> None:
    answer = insurance.send(a_message(story))
    assert answer.status_code == 200
    assert answer.json() == {
        "message_id": "m-1-granted", "part": part_of(story).number, "status": "taken",
        "at": "2026-11-06T02:00:00Z",
    }  # fmt: skip
    result = Result.objects.get(dossier=part_of(story))
    assert (result.title, result.number) == ("Thẻ BHYT", "TE 1")
    event = Event.objects.get(kind="dossier.partner_replied")
    assert (event.actor_id, event.actor_label) == (None, "Bảo hiểm xã hội tỉnh Thử")
    outbox()
    assert story.reload().dossier.state == "decided"
    assert insurance.get(f"{PLACE}/parts/{part_of(story).number}").json()["state"] == "answered"


def test_the_same_message_again_gets_the_same_reply_to_the_byte(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    first = insurance.send(a_message(story))
    with clock.freeze(world.later(hours=5)):
        again = insurance.send(json.dumps(a_message(story), indent=3))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (PartnerReply.objects.count(), Result.objects.filter(dossier=part_of(story)).count()) == (1, 1)

    other = insurance.send(a_message(story, note="khác"))
    assert (other.status_code, other.json()["code"], other.json()["field"]) == (
        409, "message_differs", "message_id",
    )  # fmt: skip


def test_a_message_out_of_order_is_answered_as_overtaken(insurance: Partner, story: DossierStory) -> None:
    insurance.send(a_message(story, "working", 3))
    answer = insurance.send(a_message(story, "granted", 2))
    assert (answer.status_code, answer.json()["status"]) == (200, "overtaken")
    assert part_of(story).state == "in_progress"
    last = insurance.get(f"{PLACE}/parts").json()["parts"][0]["last"]
    assert (last["kind"], last["sequence"]) == ("working", 3)


def test_what_the_partner_wrote_stands_on_the_page_of_who_works_on_the_whole(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    insurance.send(a_message(story, "supplement_needed", 1, note="Thiếu giấy tạm trú <b>"))
    insurance.send(a_message(story, "working", 1, message_id="other"))
    officer = Client()
    officer.force_login(world.people["xa-mot.receiver"])
    whole = officer.get(f"/quay/ho-so/{story.dossier.id}/").content.decode()
    assert "Báo còn thiếu giấy tờ: Thiếu giấy tạm trú &lt;b&gt;" in whole
    part = officer.get(f"/quay/ho-so/{part_of(story).id}/").content.decode()
    assert part.count("Cơ quan phối hợp phản hồi") == 2
    assert "Thư đến sau thư mới hơn, chỉ lưu lại." in part


@pytest.mark.parametrize(("before", "code"), [("answered", "answered_before"), ("withdrawn", "called_off")])
def test_an_answer_for_a_part_that_has_ended_is_kept_and_refused_in_words(
    world: World, insurance: Partner, story: DossierStory, before: str, code: str
) -> None:
    if before == "answered":
        insurance.send(a_message(story))
    else:
        actions.withdraw_dossier(story.dossier, reason="", by=world.as_actor("dan"), at=world.at)
    state = part_of(story).state
    answer = insurance.send(a_message(story, "working", 2))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["message"] == wording.said(code)
    assert "lưu lại" in answer.json()["message"]["vi"]
    assert (answer.json()["message_id"], answer.json()["part"]) == ("m-2-working", part_of(story).number)
    kept = PartnerReply.objects.get(message_id="m-2-working")
    assert (kept.standing, part_of(story).state) == ("refused", state)
    again = insurance.send(a_message(story, "working", 2))
    assert (again.status_code, again.content) == (409, answer.content)


_FILE = {"name": "a.pdf", "content": _SAID}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"schema": "motcua.partner/2"}, "schema"),
        ({"message_id": ""}, "message_id"),
        ({"message_id": "a b"}, "message_id"),
        ({"message_id": "x" * 81}, "message_id"),
        ({"sequence": 0}, "sequence"),
        ({"sequence": "1"}, "sequence"),
        ({"sequence": 1.5}, "sequence"),
        ({"sequence": 10**30}, "sequence"),
        ({"kind": "maybe"}, "kind"),
        ({"note": "a\0b"}, "note"),
        ({"note": None}, "note"),
        ({"note": "x" * 4001}, "note"),
        ({"part": "X\0"}, "part"),
        ({"unknown": 1}, "unknown"),
        ({"result": []}, "result"),
        ({"result": {}}, "result.title"),
        ({"result": None}, "result.title"),
        ({"result": {"title": "x" * 241}}, "result.title"),
        ({"result": {"title": "\u202e\n\r\x01\u200b"}}, "result.title"),
        ({"result": {"title": "a", "number": "x" * 81}}, "result.number"),
        ({"result": {"title": "a", "file": {"name": "a.pdf"}}}, "result.file.content"),
        ({"result": {"title": "a", "file": _FILE | {"content": "%%%"}}}, "result.file.content"),
        ({"result": {"title": "a", "file": _FILE | {"content": "é"}}}, "result.file.content"),
        ({"result": {"title": "a", "file": _FILE | {"name": "a\0.pdf"}}}, "result.file.name"),
        ({"result": {"title": "a", "file": _FILE | {"name": "a.png"}}}, "result.file"),
        ({"result": {"title": "a", "file": {"name": "a.pdf", "content": "TVqQAAMAAAAEAAAA"}}}, "result.file"),
        ({"result": {"title": "a", "file": {"name": "a.pdf", "content": ""}}}, "result.file"),
        ({"kind": "refused"}, "note"),
    ],
)
def test_what_is_malformed_is_named_and_nothing_is_kept(
    insurance: Partner, story: DossierStory, changes: dict[str, Any], field: str
) -> None:
    answer = insurance.send(a_message(story) | changes)
    assert (answer.status_code, answer.json().get("field")) == (422, field), answer.content
    assert answer.json()["message"]["vi"]
    assert (PartnerReply.objects.count(), part_of(story).state) == (0, "in_progress")


@pytest.mark.parametrize(
    "body", ["", "{", "null", "[]", '"a"', b"\xff\xfe", "[" * 50_000, "NaN", '{"a": "\\ud800"}']
)
def test_what_is_no_message_at_all_is_said_so(
    insurance: Partner, story: DossierStory, body: str | bytes
) -> None:
    answer = insurance.send(body)
    assert (answer.status_code, answer.json()["code"]) in ((422, "not_json"), (422, "malformed"))


def test_a_file_too_large_and_a_request_too_large(
    insurance: Partner, story: DossierStory, settings: Any
) -> None:
    settings.MOTCUA_LARGEST_FILE = 3000
    for size, status, code in ((3001, 422, "too_large"), (9000, 413, "request_too_large")):
        content = base64.b64encode(PDF.ljust(size, b"%")).decode()
        message = a_message(story, result={"title": "a", "file": {"name": "a.pdf", "content": content}})
        answer = insurance.send(message)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (PartnerReply.objects.count(), part_of(story).state) == (0, "in_progress")


def test_a_file_larger_than_a_form_of_a_page_is_taken(insurance: Partner, story: DossierStory) -> None:
    size = product_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    content = base64.b64encode(PDF.ljust(size, b"%")).decode()
    message = a_message(story, result={"title": "a", "file": {"name": "a.pdf", "content": content}})
    assert insurance.send(message).status_code == 200


def test_when_the_server_went_back_in_time_the_partner_tries_again(
    world: World, insurance: Partner, story: DossierStory
) -> None:
    with clock.freeze(world.later(hours=-3)):
        answer = insurance.send(a_message(story))
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "try_later", "60")
    assert PartnerReply.objects.count() == 0
    with clock.freeze(world.later(hours=4)):
        assert insurance.send(a_message(story)).status_code == 200


@pytest.fixture
def killed_at_the_answer(transactional_db: None) -> Iterator[Callable[[], None]]:
    """Make the database end the connection that records the last event of an answer, until that is undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION kills() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF NEW.kind = 'dossier.partner_answered' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
              RETURN NEW;
            END $$;
            CREATE TRIGGER kills BEFORE INSERT ON journal_event FOR EACH ROW EXECUTE FUNCTION kills()
            """
        )

    def undo() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS kills ON journal_event")
            cursor.execute("DROP FUNCTION IF EXISTS kills()")

    yield undo
    undo()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_an_answer_that_was_cut_off_left_nothing_and_is_taken_when_it_comes_again(
    killed_at_the_answer: Callable[[], None], friday: Any
) -> None:
    with clock.freeze(friday):
        world = World(friday)
        insurance = Partner(a_key(world, lay_down(world)))
        story = asked(world)
        events = Event.objects.count()
        cut_off = insurance.send(a_message(story))
        assert cut_off.status_code == 503
        assert (PartnerReply.objects.count(), Event.objects.count()) == (0, events)
        assert part_of(story).state == "in_progress"
        killed_at_the_answer()
        assert insurance.send(a_message(story)).status_code == 200
        assert Dossier.objects.get(id=part_of(story).id).state == "returned"


def test_two_that_send_the_same_at_once_get_one_reply(transactional_db: None, friday: Any) -> None:
    with clock.freeze(friday):
        world = World(friday)
        insurance = Partner(a_key(world, lay_down(world)))
        message = a_message(asked(world))
    begin = Barrier(4)

    def send() -> tuple[int, bytes]:
        with clock.freeze(friday):
            begin.wait(10)
            try:
                answer = Partner(insurance.key).send(message)
                return answer.status_code, answer.content
            finally:
                connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = {task.result(30) for task in [pool.submit(send) for _ in range(4)]}
    assert {status for status, _ in answers} == {200}
    assert len(answers) == 1
    assert (PartnerReply.objects.count(), Event.objects.filter(kind="dossier.partner_answered").count()) == (
        1,
        1,
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


# --- how it is described --------------------------------------------------------------------------------------


def test_the_schema_is_public_and_describes_each_address(db: None) -> None:
    answer = Client().get(f"{PLACE}/openapi.json")
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, "application/json")
    found = answer.json()
    assert set(found["paths"]) == {
        f"{PLACE}/answers", f"{PLACE}/parts", f"{PLACE}/parts/{{number}}",
        f"{PLACE}/parts/{{number}}/papers/{{file}}",
    }  # fmt: skip
    assert found["components"]["securitySchemes"]["key"] == {"type": "http", "scheme": "bearer"}
    body = found["paths"][f"{PLACE}/answers"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["required"]) == {"schema", "message_id", "part", "sequence", "kind"}
    assert "$ref" not in json.dumps(body)
    # Every reference leads somewhere within the document, and nothing is loaded from elsewhere.
    text = answer.content.decode()
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in found["components"]["schemas"]
    assert "http://" not in text.replace(product_settings.MOTCUA_ADDRESS, "")


def test_the_bare_root_and_pages_for_people_are_not_there(insurance: Partner) -> None:
    for address in (f"{PLACE}/", f"{PLACE}/docs", f"{PLACE}/answers"):
        assert insurance.get(address).status_code in (404, 405)


def test_every_refusal_has_words() -> None:
    raised = _raised({"UnableToAnswer"}, "dossiers", "api") | _raised({"problem"}, "api")
    kept = {
        "empty",
        "not_accepted",
        "not_what_it_says",
        "too_large",
        "called_off",
        "stopped",
        "answered_before",
    }
    assert raised - {"message_differs"} <= wording.known_codes()
    assert kept <= wording.known_codes()
    assert len({wording.said(code, "x")["vi"] for code in wording.known_codes()}) == len(
        wording.known_codes()
    )
    assert not [code for code in wording.known_codes() if "%(" in wording.said(code, "x")["vi"]]
