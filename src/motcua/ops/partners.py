"""`motcua partners`: agencies outside the system; their keys, what waits for them, and a stand-in that answers."""

import json
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from motcua.kit import clock
from motcua.ops.command import REFUSED, as_json, bad_input, product, say
from motcua.rules.localday import local, local_day

if TYPE_CHECKING:
    from motcua.dossiers.actions import OutsideAnswer
    from motcua.dossiers.queries.outside import WaitingMessage, WaitingPart

_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@click.group()
def partners() -> None:
    """Agencies outside the system that have parts of dossiers."""


@partners.command()
@click.argument("agency")
@click.option("--beside", is_flag=True, help="Let the agency's earlier keys hold on, for a change of keys.")
@as_json
def key(agency: str, beside: bool, as_json: bool) -> None:
    """Make a key for AGENCY (its key in the organisation) and print it, once; earlier ones end."""
    with product():
        from motcua.dossiers.actions import UnableToMakeKey, make_partner_key
        from motcua.journal.events import Actor

        agency_id = _agency(agency)
        try:
            by = Actor(None, "Lệnh motcua partners key")
            made = make_partner_key(agency_id, by=by, at=clock.now(), beside=beside)
        except UnableToMakeKey:
            bad_input(f"{agency}: cơ quan này làm việc trong hệ thống, không trả lời qua giao diện kết nối.")
    lines = [made, "Khóa chỉ hiện một lần này. Chuyển cho cơ quan bằng đường riêng, không gửi kèm thư."]
    say({"agency": agency, "key": made}, as_json=as_json, lines=lines)


def _agency(key: str) -> UUID:
    from motcua.organisation.queries import agency_by_key

    found = agency_by_key(key)
    if found is None:
        bad_input(f"{key}: không có cơ quan này.")
    return found


@partners.command()
@as_json
def waiting(as_json: bool) -> None:
    """List messages that were not carried yet and parts that were not answered yet; exit 1 if a message failed."""
    with product():
        from motcua.dossiers.queries.outside import messages_waiting, parts_waiting

        messages, parts = messages_waiting(), parts_waiting(at=clock.now())
    told = {"messages": [vars(row) for row in messages], "parts": [vars(row) for row in parts]}
    say(
        told, as_json=as_json, lines=[*map(_message_line, messages), *map(_part_line, parts)] or ["Không có."]
    )
    sys.exit(REFUSED if any(row.attempts for row in messages) else 0)


def _message_line(row: "WaitingMessage") -> str:
    tried = f"đã thử {row.attempts} lần: {row.last_error}" if row.attempts else "chưa thử"
    return f"Thư {row.purpose} về {row.number} gửi {row.agency}: {tried}"


def _part_line(row: "WaitingPart") -> str:
    due = f"hạn {local(row.due_at):%d/%m/%Y %H:%M}" if row.due_at else "không có hạn"
    late = ", TRỄ HẠN" if row.late else ""
    return f"Phần việc {row.number} tại {row.agency}: {due}{late}; {row.said or 'chưa phản hồi'}"


@partners.command()
@click.option(
    "--agency", "key", required=True, metavar="KEY", help="Key of the agency that it stands in for."
)
@click.option(
    "--late", is_flag=True, help="Answer only when the part is late; before, say that it was accepted."
)
@as_json
def stub(key: str, late: bool, as_json: bool) -> None:
    """Stand in for an agency: read the messages in its folder, and answer each open part.

    For demonstrations and tests. Run again it answers what is left, and nothing twice.
    """
    with product():
        from django.conf import settings

        if not settings.MOTCUA_DEMONSTRATION:
            bad_input("Chỉ dùng được khi MOTCUA_DEMONSTRATION=1: kết quả là giả.")
        done = stand_in(_agency(key), key, late=late, at=clock.now())
    say(
        vars(done),
        as_json=as_json,
        lines=[f"{name}: {', '.join(of) or '–'}" for name, of in vars(done).items()],
    )


@dataclass
class Stood:
    """What a stand-in did: the numbers of the parts."""

    accepted: list[str] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)
    called_off: list[str] = field(default_factory=list)
    # Answered before, or ended in another way.
    passed: list[str] = field(default_factory=list)


def stand_in(agency_id: UUID, key: str, *, late: bool, at: datetime) -> Stood:
    """Answer each part that the messages in the agency's folder ask for, as the agency itself would."""
    from motcua.dossiers.access import NotToBeSeen, PartnerFacts, part_for
    from motcua.dossiers.actions import answer_from_outside
    from motcua.journal.events import Actor
    from motcua.organisation.queries import agency_facts

    name = agency_facts(agency_id, on=local_day(at)).name_vi
    partner = PartnerFacts(agency_id, name, agency_id)
    messages = _messages(key)
    off = {one["part"]["number"] for one in messages if one["kind"] == "called_off"}
    done = Stood(called_off=sorted(off))
    for message in messages:
        number = message["part"]["number"]
        if message["kind"] != "asked" or number in off:
            continue
        try:
            part = part_for(partner, number)
        except NotToBeSeen:
            # A message from another database in the same folder.
            continue
        if part.finished_at is not None:
            done.passed.append(number)
            continue
        early = late and (part.due_at is None or at <= part.due_at)
        answer_from_outside(part, _answer(message, early), by=Actor(None, name[:160]), at=at)
        (done.accepted if early else done.granted).append(number)
    return done


def _messages(key: str) -> list[dict[str, Any]]:
    """Return the messages in the folder, in the order in which they were written."""
    from django.conf import settings

    from motcua.notifications.providers.folder import OUTGOING

    folder = Path(settings.MOTCUA_MESSAGES) / OUTGOING / key
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    return [json.loads(file.read_text("utf-8")) for file in files]


def _answer(message: dict[str, Any], early: bool) -> "OutsideAnswer":
    from motcua.dossiers.actions import OutsideAnswer

    if early:
        return OutsideAnswer(f"{message['id']}.accepted", 1, "accepted")
    number = message["part"]["number"]
    return OutsideAnswer(
        f"{message['id']}.granted",
        2,
        "granted",
        title=f"{message['asked']} (bản thử)"[:240],
        number=f"KQ-{number}"[:80],
        document=(_PDF, "ket-qua.pdf"),
    )
