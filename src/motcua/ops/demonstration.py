"""The demonstration province: Đắk Lắk with its real communes and procedures, and invented people."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from importlib import resources
from typing import Any

import click
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from motcua.accounts.actions import open_account
from motcua.accounts.queries import accounts_exist
from motcua.calendars.actions import DayChange, NoticeData, lay_down_calendar, record_notice, seeded_days
from motcua.catalogue.actions import publish_version
from motcua.catalogue.format import library_contents
from motcua.catalogue.queries import current_version
from motcua.dossiers.actions import open_door
from motcua.dossiers.jobs import note_uses
from motcua.journal.events import SYSTEM
from motcua.kit import clock
from motcua.ops.demonstration_accounts import PASSWORD
from motcua.ops.demonstration_history import build_history
from motcua.ops.demonstration_partners import build_interconnected
from motcua.organisation.actions import (
    AgencyRef,
    Establishment,
    TerritoryData,
    appoint,
    create_post,
    establish_agency,
    open_desk,
    register_territories,
)
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS, Process
from motcua.rules.process.proposing import propose
from motcua.workflow.actions import publish_process, use_process
from motcua.workflow.library import delivered_processes

_BASIS = "Trình diễn"
# A post of each function in every office that solves dossiers, with what it may do there.
_POSTS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("receiver", "tiepnhan", "Công chức tiếp nhận và trả kết quả", "Receiving officer", ("receive",)),
    ("specialist", "chuyenvien", "Chuyên viên thụ lý", "Case officer", ("solve",)),
    ("head", "truongphong", "Trưởng phòng chuyên môn", "Head of division", ("head",)),
    ("leader", "lanhdao", "Lãnh đạo cơ quan", "Leader", ("sign",)),
)
_WITH_DESK = frozenset({"commune", "department", "public_service_unit", "sub_department", "province"})
# They work on parts that the desks of others hand to them.
_PARTNERS = frozenset({"police", "social_insurance"})
_TET_2026 = "Thông báo 9441/TB-BNV"
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Y", "H'")
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga", "Phúc", "Quân", "Thảo")


def load(*, show_progress: bool) -> dict[str, int]:
    """Load the demonstration province if no account exists yet; return what was made.

    The province and its procedures come in one transaction; the past dossiers follow one by one, so a load
    that was broken off leaves a whole province with fewer dossiers.
    """
    if accounts_exist():
        return {"already_there": 1}
    at = clock.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('motcua.demonstration'))")
        if accounts_exist():
            return {"already_there": 1}
        made = _lay_down(at, show_progress)
    made["dossiers"] = build_history(at=at, show_progress=show_progress)
    made["interconnected"] = build_interconnected(at=at)
    note_uses(at=clock.now())
    return made


def _lay_down(at: datetime, show_progress: bool) -> dict[str, int]:
    territories = _read("territories")
    made = {"territories": _territories(territories, at)}
    agencies = _agencies(_read("agencies"), territories["communes"], at)
    made["agencies"] = len(agencies)
    calendar = lay_down_calendar(
        None, name="Lịch làm việc cả nước", legal_basis="Quyết định 188/1999/QĐ-TTg", by=SYSTEM, at=at
    )
    year = local_day(at).year
    days = tuple(seeded_days(range(year - 3, year + 3)))
    record_notice(calendar, NoticeData("Ngày nghỉ lễ chờ thông báo xác nhận", days=days), by=SYSTEM, at=at)
    tet = tuple(
        DayChange(date(2026, 2, day), "holiday", "Tết Nguyên đán", _TET_2026) for day in range(16, 21)
    )
    # The days of a real notice; on which day it was announced is not known here, so none is said.
    record_notice(calendar, NoticeData(_TET_2026, legal_basis=_TET_2026, days=tet), by=SYSTEM, at=at)
    _publish_tried(DEFAULT_PROCESS, at)
    for door in ("portal", "desk"):
        open_door(door, valid_from=date(2025, 7, 1), legal_basis=_BASIS, by=SYSTEM, at=at)
    made["people"] = _people(_read("people")["people"], agencies, at, show_progress)
    with _progress(list(library_contents()), "Thủ tục hành chính", show_progress) as contents:
        made["procedures"] = len([publish_version(content, by=SYSTEM, at=at) for content in contents])
    made["processes"] = _processes(at)
    return made


def _processes(at: datetime) -> int:
    """Let the interconnected procedures run by the processes that come along."""
    processes = list(delivered_processes())
    for code, process, bpmn in processes:
        _publish_tried(process, at, bpmn)
        version = current_version(code, on=local_day(at))
        assert version is not None, code
        use_process(
            version.procedure_id,
            process.key,
            valid_from=date(2025, 7, 1),
            legal_basis=_BASIS,
            by=SYSTEM,
            at=at,
        )
    return len(processes)


def _publish_tried(process: Process, at: datetime, bpmn: str = "") -> None:
    """Publish a process with a scenario for each of its paths, so that copies of it are tried as well."""
    publish_process(process, legal_basis=_BASIS, bpmn=bpmn, scenarios=propose(process), by=SYSTEM, at=at)


def _read(name: str) -> dict[str, Any]:
    text = resources.files("motcua.ops").joinpath("province", f"{name}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _territories(content: Mapping[str, Any], at: datetime) -> int:
    rows = [
        TerritoryData(row["code"], row["name"], row["name_en"], kind, row.get("parent_code", ""))
        for kind, key in (("province", "provinces"), ("commune", "communes"))
        for row in content[key]
    ]
    return register_territories(
        rows, valid_from=date(2025, 7, 1), legal_basis=content["basis"], by=SYSTEM, at=at
    )


def _agencies(
    content: Mapping[str, Any], communes: list[dict[str, Any]], at: datetime
) -> dict[str, tuple[AgencyRef, str, str]]:
    """Establish every agency; return (agency, kind, last day) by key."""
    templates = (content["commune_template"], content["police_template"])
    rows = [*content["agencies"], *(_filled(one, commune) for one in templates for commune in communes)]
    found: dict[str, tuple[AgencyRef, str, str]] = {}
    for row in rows:
        parent = found[row["parent"]][0] if row.get("parent") else None
        plan = Establishment(
            key=row["key"],
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            short_vi=row["short_vi"],
            kind=row["kind"],
            level=row["level"],
            parent=parent,
            territory_code=row["territory_code"] or "",
            code_qcvn102=row["code_qcvn102"] or "",
            code_qd20=row["code_qd20"] or "",
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            legal_basis=row["legal_basis"] or "",
            outside=row.get("outside", False),
        )
        found[row["key"]] = (establish_agency(plan, by=SYSTEM, at=at), row["kind"], row["valid_to"] or "")
    _desks(content, rows, found)
    return found


def _filled(pattern: Mapping[str, Any], commune: Mapping[str, Any]) -> dict[str, Any]:
    """Return the agency of a commune by its template, with its desk if it has one."""
    return {
        key: value.format(**commune)
        if isinstance(value, str)
        else {name: text.format(**commune) for name, text in value.items()}
        if isinstance(value, dict)
        else value
        for key, value in pattern.items()
    }


def _desks(
    content: Mapping[str, Any],
    rows: list[dict[str, Any]],
    found: Mapping[str, tuple[AgencyRef, str, str]],
) -> None:
    named = [(desk["agency"], desk) for desk in content["desks"]]
    of_communes = [(row["key"], row["desk"]) for row in rows if "desk" in row]
    for key, desk in [*named, *of_communes]:
        open_desk(
            found[key][0],
            name_vi=desk["name_vi"],
            name_en=desk["name_en"],
            address=desk["address"],
            phone=desk["phone"],
            valid_from=date(2025, 7, 1),
        )


def _people(
    rows: list[dict[str, Any]],
    agencies: Mapping[str, tuple[AgencyRef, str, str]],
    at: datetime,
    show_progress: bool,
) -> int:
    # One hash for all: they share one password, and hashing is slow on purpose.
    password_hash = make_password(PASSWORD)
    filled = {(post["agency"], post["function"]) for row in rows for post in row["posts"]}
    for row in rows:
        _person(row, agencies, password_hash, at)
    offices = [
        (key, agency, _POSTS if kind in _WITH_DESK else _POSTS[1:])
        for key, (agency, kind, last) in agencies.items()
        if not last and kind in _WITH_DESK | _PARTNERS
    ]
    made = len(rows)
    with _progress(offices, "Cơ quan và vị trí việc làm", show_progress) as bar:
        for place, (key, agency, posts) in enumerate(bar):
            for number, post in enumerate(posts):
                if (key, post[0]) not in filled:
                    _invented(key, agency, post, place * len(_POSTS) + number, password_hash, at)
                    made += 1
    return made


def _person(
    row: Mapping[str, Any],
    agencies: Mapping[str, tuple[AgencyRef, str, str]],
    password_hash: str,
    at: datetime,
) -> None:
    user = open_account(
        row["username"],
        full_name=row["full_name"],
        kind=row["kind"],
        password=None,
        password_hash=password_hash,
        identity=row["personal_id"] or "",
        birth_date=date.fromisoformat(row["birth_date"]) if row.get("birth_date") else None,
        phone=row["phone"] or "",
        by=SYSTEM,
        at=at,
    )
    for post in row["posts"]:
        created = create_post(
            agencies[post["agency"]][0],
            key=post["key"],
            function=post["function"],
            title_vi=post["title_vi"],
            title_en=post["title_en"],
            roles=sorted({*post["roles"], "see_agency"}),
            valid_from=date.fromisoformat(post["valid_from"]),
            by=SYSTEM,
            at=at,
            legal_basis=_BASIS,
        )
        appoint(created, user, valid_from=date.fromisoformat(post["valid_from"]), by=SYSTEM, at=at)


def _invented(
    key: str,
    agency: AgencyRef,
    post: tuple[str, str, str, str, tuple[str, ...]],
    number: int,
    password_hash: str,
    at: datetime,
) -> None:
    function, suffix, title_vi, title_en, roles = post
    name = f"{_FAMILY[number % len(_FAMILY)]} {_GIVEN[number % len(_GIVEN)]} Mẫu {number:03}"
    user = open_account(
        f"{key.removeprefix('ubnd-')}.{suffix}",
        full_name=name,
        kind="staff",
        password=None,
        password_hash=password_hash,
        by=SYSTEM,
        at=at,
    )
    created = create_post(
        agency,
        key=suffix,
        function=function,
        title_vi=title_vi,
        title_en=title_en,
        roles=(*roles, "see_agency"),
        valid_from=date(2025, 7, 1),
        by=SYSTEM,
        at=at,
        legal_basis=_BASIS,
    )
    appoint(created, user, valid_from=date(2025, 7, 1), by=SYSTEM, at=at)


@contextmanager
def _progress(items: list[Any], label: str, show: bool) -> Iterator[Any]:
    if not show:
        yield items
        return
    with click.progressbar(items, label=label, width=30) as bar:
        yield bar
