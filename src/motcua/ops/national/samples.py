"""One real dossier of each state, brought there by the actions that people use, to be multiplied."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from uuid import UUID

from motcua.accounts.models import User
from motcua.accounts.queries import actor
from motcua.catalogue.models import Procedure
from motcua.catalogue.queries import Published, newest_of, published
from motcua.dossiers import actions
from motcua.dossiers.actions import FaultData, PartyData
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import components_needed
from motcua.journal.events import Actor
from motcua.kit import clock
from motcua.rules.localday import at_local, local_day

# Procedures of different limits that every commune solves; a district's and a province's dossiers are copies of these
# too, because the library has none for districts and no state depends on it.
PROCEDURES = ("1.004873", "1.005461", "1.013225", "1.012753")
OPEN = ("filed", "awaiting_applicant", "in_progress", "paused", "decided")
# None was stopped: the notice for that is a form of a later circular.
FINISHED = ("returned", "refused", "withdrawn")
# The last working days before the change; each procedure has its own.
_DAYS = (date(2025, 6, 24), date(2025, 6, 25), date(2025, 6, 26), date(2025, 6, 27))
_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass(frozen=True)
class Sample:
    """A dossier that was brought into a state."""

    state: str
    procedure: str
    id: UUID


def bring_samples(agency_id: UUID, code: str) -> list[Sample]:
    """Bring a dossier of each procedure into each state at one agency, whose people have names by its code."""
    made = []
    for procedure, day in zip(PROCEDURES, _DAYS, strict=True):
        at = at_local(day, time(9))
        with clock.freeze(at):
            office = _Office(agency_id, code.lower(), _version(procedure, at), at)
            made += [Sample(state, procedure, office.bring(state)) for state in (*OPEN, *FINISHED)]
    return made


def _version(code: str, at: datetime) -> Published:
    procedure = Procedure.objects.get(code=code)
    return published(newest_of(procedure.id, on=local_day(at)))


@dataclass(frozen=True)
class _Office:
    """An agency with its people on a morning, and the procedure that is asked for."""

    agency_id: UUID
    code: str
    procedure: Published
    at: datetime

    def bring(self, state: str) -> UUID:
        """Bring a dossier into a state and return its id."""
        dossier = self._filed()
        for step in _WAYS[state]:
            dossier = step(self, dossier)
        assert Dossier.objects.get(pk=dossier.pk).state == state
        return dossier.pk

    def person(self, function: str) -> Actor:
        """Return who fills a function here."""
        return actor(User.objects.get(username=f"{self.code}.{function}"))

    def _filed(self) -> Dossier:
        by, case = self.person("receiver"), self.procedure.record.cases[0].key
        draft = actions.start_draft(
            self.procedure, owner=None, channel="counter", door="desk", language="vi", by=by, at=self.at
        )
        applicant = PartyData("Nguyễn Thị Thử", identity="066190900017", phone="0912345678")
        actions.save_people(
            draft, applicant=applicant, representative=None, request="Xin giải quyết", at=self.at
        )
        actions.save_office(draft, agency_id=self.agency_id, case=case, delivery="desk", at=self.at)
        for item in components_needed(self.procedure.record, case):
            self._attach(draft, item.key)
        return actions.file_dossier(draft, by=by, at=self.at)

    def _attach(self, dossier: Dossier, component: str) -> None:
        actions.attach_file(
            dossier,
            component=component,
            stream=BytesIO(_PDF),
            name="to.pdf",
            by=self.person("receiver"),
            at=self.at,
        )

    def accept(self, dossier: Dossier) -> Dossier:
        """Receive it."""
        return actions.accept_dossier(dossier, by=self.person("receiver"), at=self.at)

    def ask_at_the_door(self, dossier: Dossier) -> Dossier:
        """Ask for a supplement before it is accepted."""
        return self._ask(dossier, "receiver")

    def ask_at_work(self, dossier: Dossier) -> Dossier:
        """Ask for a supplement after it was accepted."""
        return self._ask(dossier, "specialist")

    def _ask(self, dossier: Dossier, function: str) -> Dossier:
        listed = components_needed(self.procedure.record, dossier.case)[0].key
        return actions.request_supplement(
            dossier, faults=[FaultData(listed, "Thiếu chữ ký", "Ký và nộp lại")], ground="Điều 15",
            by=self.person(function), at=self.at,
        )  # fmt: skip

    def decide(self, dossier: Dossier) -> Dossier:
        """Let specialist, head and leader do their steps."""
        for function in ("specialist", "head"):
            dossier = actions.hand_over(dossier, by=self.person(function), at=self.at + timedelta(hours=1))
        return actions.decide_dossier(
            dossier, outcome="granted", title="Giấy xác nhận", number="01/GXN",
            by=self.person("leader"), at=self.at + timedelta(hours=1),
        )  # fmt: skip

    def hand_back(self, dossier: Dossier) -> Dossier:
        """Return the result."""
        later = self.at + timedelta(hours=2)
        return actions.return_result(dossier, to="applicant", by=self.person("receiver"), at=later)

    def refuse(self, dossier: Dossier) -> Dossier:
        """Refuse it at the door."""
        return actions.refuse_dossier(
            dossier,
            reason="Không thuộc thẩm quyền",
            legal_basis="Điều 17",
            by=self.person("receiver"),
            at=self.at,
        )

    def withdraw(self, dossier: Dossier) -> Dossier:
        """Give it back at the applicant's wish."""
        return actions.withdraw_dossier(
            dossier, reason="Theo đề nghị", by=self.person("receiver"), at=self.at
        )


_Step = Callable[[_Office, Dossier], Dossier]
_WAYS: dict[str, Sequence[_Step]] = {
    "filed": (),
    "awaiting_applicant": (_Office.ask_at_the_door,),
    "in_progress": (_Office.accept,),
    "paused": (_Office.accept, _Office.ask_at_work),
    "decided": (_Office.accept, _Office.decide),
    "returned": (_Office.accept, _Office.decide, _Office.hand_back),
    "refused": (_Office.refuse,),
    "withdrawn": (_Office.accept, _Office.withdraw),
}


def weighted() -> Iterator[str]:
    """Give the open states as often as they are met on a working day, twenty in all."""
    for state, times in {
        "filed": 3,
        "awaiting_applicant": 1,
        "in_progress": 10,
        "paused": 2,
        "decided": 4,
    }.items():
        yield from [state] * times
