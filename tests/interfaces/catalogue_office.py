"""What the pages of the reform office for the catalogue are tested on: invented records, imported."""

import re
from html import unescape
from typing import Any

from motcua.catalogue.actions import Imported, import_records
from motcua.catalogue.sources.lists import ListRow, OfficialList
from motcua.catalogue.sources.reading import Cells, Doubt, Held, Reading, Reason
from motcua.journal.events import SYSTEM
from tests.world import World, a_procedure

CODE = "9.000101"
QUEUE = "/cchc/thu-tuc/"
_TAGS = re.compile(r"<[^>]+>")


def page_of(code: str = CODE) -> str:
    """Return the address of the page of confirmation."""
    return f"/cchc/thu-tuc/{code}/xac-nhan/"


def channel(
    kind: str = "counter", *, days: int | None = 3, source: str = "3 ngày làm việc", **more: Any
) -> Any:
    """Return a way to file with its limit; without days it could not be read."""
    limit = None if days is None else {"unit": "working_day", "amount": days, "cutoff": None}
    doubt = None if limit else "Không ghi đơn vị"
    row = {"channel": kind, "case": "ordinary", "limit": limit, "limit_source": source, "limit_doubt": doubt}
    return row | {"fees": [{"kind": "free"}], "fee_source": "Miễn phí"} | more


def reading(code: str = CODE, *doubts: Doubt, held: tuple[Held, ...] = (), **changes: Any) -> Reading:
    """Return a record as a reader gives it: no English, an origin, no service level."""
    content = a_procedure(code) | {
        "name": {"vi": f"Cấp giấy thử {code}"},
        "domain": {"key": "thu-nghiem", "vi": "Thử nghiệm"},
        "service_level": "unstated",
        "channels": [channel()],
        "origin": {"layout": "portal_crawl", "url": None},
    }
    del content["effective_from"]
    content |= changes
    made = Reading(code, content["name"]["vi"], content, list(doubts), list(held))
    made.coverage = {"channels": Cells(4, 3, 1)}
    return made


def bring(world: World, *readings: Reading, lists: tuple[OfficialList, ...] = ()) -> Imported:
    """Import the records."""
    return import_records([("tep.jsonl", list(readings))], lists=lists, by=SYSTEM, at=world.at)


def official(
    *codes: str, agency: str = "Sở Thử", edition: str = "1", issuer: str = "Bộ Thử", **names: str
) -> OfficialList:
    """Return an official list; `names` by code with dots and all written as `c9_000101`."""
    rows = tuple(
        ListRow(
            code,
            names.get(f"c{code.replace('.', '_')}", f"Cấp giấy thử {code}"),
            issuer,
            (agency,),
            "Thử nghiệm",
            line,
        )
        for line, code in enumerate(codes, start=3)
    )
    return OfficialList(f"danh-muc-{edition}.xlsx", f"{edition}-{'-'.join(codes)}", rows, ())


NO_UNIT = Doubt("channel.counter.limit", "1", "", Reason.UNKNOWN_UNIT)
FEE = Doubt("channel.counter.fee", "75", "", Reason.THOUSANDS_DROPPED)
PAPER = Doubt("component.to-khai", "Tờ khai (không ghi số bản)", "", Reason.MISSING_QUANTITY)
LEGAL = Doubt("legal_basis.1", "Luật lạ", "", Reason.UNKNOWN_LEGAL_NUMBER)


def doubted() -> Reading:
    """Return a record with one doubt of each kind that a form can put right, and one that none can."""
    papers = a_procedure()["components"]
    papers[0] |= {"originals": 0, "copies": 0, "doubt": "Không ghi số lượng", "source": PAPER.source}
    return reading(
        CODE,
        NO_UNIT,
        FEE,
        PAPER,
        LEGAL,
        channels=[
            channel(
                days=None, source="1", fees=[{"kind": "unread"}], fee_source="75", fee_doubt="Thiếu nghìn"
            )
        ],
        components=papers,
    )


def text_of(page: str) -> str:
    """Return the words of a page, without its tags, in one line."""
    return " ".join(unescape(_TAGS.sub(" ", page)).split())
