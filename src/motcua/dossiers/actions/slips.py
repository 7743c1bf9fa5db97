"""What a dossier's slips say; issued once, they print the same for ever."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import override

from motcua.calendars.queries import working_calendar
from motcua.catalogue.fields import channel_fields
from motcua.catalogue.format import ProcedureRecord
from motcua.catalogue.queries import open_doubts, published
from motcua.documents.actions import issue_slip
from motcua.documents.print import slips as forms
from motcua.documents.print.sets import form_set_on
from motcua.dossiers import words
from motcua.dossiers.models import Dossier, Paper, Party, SupplementRequest
from motcua.dossiers.queries import components_needed, paper_names, papers_of, whole_of
from motcua.dossiers.tracking import address_of
from motcua.journal.events import Actor
from motcua.organisation import queries as organisation
from motcua.rules import figures
from motcua.rules.deadlines import Limit, due
from motcua.rules.identity import mask_tail
from motcua.rules.localday import local_day
from motcua.workflow.queries import step_title, tasks_of

_T = TypeVar("_T")
_COMMITTEE_OF = ("Ủy ban nhân dân ", "UBND ", "tỉnh ", "thành phố ", "xã ", "phường ", "đặc khu ")


def receipt(dossier: Dossier, *, limit: Limit | None, by: Actor, at: datetime) -> UUID:
    """Issue form 01 and return the slip's id."""
    record = published(dossier.version_id).record
    slip = forms.Receipt(
        **_shared(dossier, dossier.receiving_agency_id, record, at),
        papers=_papers(dossier, record),
        received_at=at,
        appointed_at=dossier.promised_at,
        time_limit=_time_limit(dossier, limit),
        explanation=_explained(dossier, limit, at),
        return_place=_return_place(dossier, at),
        return_method=_vi(str, words.DELIVERIES[dossier.delivery]),
        receiver=by.label,
        online=dossier.channel == "online",
    )
    return _issue(slip, dossier, dossier.receiving_agency_id, by, at)


def _time_limit(dossier: Dossier, limit: Limit | None) -> str:
    """Say the limit; one that no person has confirmed in the catalogue is marked on paper too."""
    said = _vi(words.limit_words, limit)
    waiting = open_doubts(dossier.procedure_id) & (
        {"limits"} | channel_fields(dossier.channel, dossier.case, "limit")
    )
    return f"{said} (chưa xác nhận)" if waiting else said


def supplement(dossier: Dossier, *, request: SupplementRequest, by: Actor, at: datetime) -> UUID:
    """Issue form 02 and return the slip's id."""
    record = published(dossier.version_id).record
    names = paper_names(dossier, on=local_day(at))
    effect = ""
    if request.after_acceptance:
        effect = {
            "restart": "Thời hạn giải quyết tạm dừng từ lúc này và tính lại từ đầu khi nhận đủ hồ sơ.",
            "shift": "Thời hạn giải quyết tạm dừng từ lúc này; ngày hẹn lùi đúng bằng thời gian chờ bổ sung.",
            "resume": "Thời hạn giải quyết tạm dừng từ lúc này và chạy tiếp phần còn lại khi nhận đủ hồ sơ.",
            "none": "Ngày hẹn trả kết quả không thay đổi.",
        }[record.supplement_policy.value]
    slip = forms.Supplement(
        **_shared(dossier, dossier.receiving_agency_id, record, at),
        faults=tuple(
            forms.Fault(
                paper=names[fault["component"]].vi,
                wrong=fault["fault"],
                fix=fault["remedy"],
                ground=request.ground,
            )
            for fault in request.faults
        ),
        received_at=dossier.filed_at,
        effect=effect,
        guide=by.label,
    )
    return _issue(slip, dossier, dossier.receiving_agency_id, by, at)


def refusal(dossier: Dossier, *, reason: str, legal_basis: str, by: Actor, at: datetime) -> UUID:
    """Issue form 03 and return the slip's id."""
    record = published(dossier.version_id).record
    slip = forms.Refusal(
        **_shared(dossier, dossier.receiving_agency_id, record, at),
        reason=reason,
        filed_at=dossier.filed_at,
        ground=legal_basis,
        refuser=by.label,
        online=dossier.channel == "online",
    )
    return _issue(slip, dossier, dossier.receiving_agency_id, by, at)


def apology(
    dossier: Dossier,
    *,
    before: datetime,
    until: datetime,
    reason: str,
    legal_basis: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Issue form 04, which names the day `until`, and return the slip's id."""
    record = published(dossier.version_id).record
    slip = forms.Apology(
        **_shared(dossier, dossier.competent_agency_id, record, at),
        received_at=_moment(dossier.accepted_at),
        appointed_at=before,
        new_appointed_at=until,
        reason=reason,
        ground=legal_basis,
        signature=forms.Signature(title="Người ký", name=by.label),
        late_agency=_agency(dossier.competent_agency_id, local_day(at)).name_vi,
    )
    return _issue(slip, dossier, dossier.competent_agency_id, by, at)


def stop_notice(dossier: Dossier, *, reason: str, legal_basis: str, by: Actor, at: datetime) -> UUID:
    """Issue form 05 and return the slip's id."""
    record = published(dossier.version_id).record
    slip = forms.StopNotice(
        **_shared(dossier, dossier.competent_agency_id, record, at),
        received_at=_moment(dossier.accepted_at),
        stopped_at=at,
        reason=reason,
        ground=legal_basis,
        signature=forms.Signature(title="Người ký", name=by.label),
    )
    return _issue(slip, dossier, dossier.competent_agency_id, by, at)


def control_sheet(dossier: Dossier, *, at: datetime) -> forms.ControlSheet:
    """Return the control sheet as the dossier stands now; it is drawn anew each time, never stored."""
    record = published(dossier.version_id).record
    competent = _agency(dossier.competent_agency_id, local_day(at))
    return forms.ControlSheet(
        **_shared(dossier, dossier.competent_agency_id, record, at),
        received_at=_moment(dossier.accepted_at or dossier.filed_at),
        appointed_at=dossier.due_at,
        competent_agency=competent.name_vi,
        rows=_handovers(dossier),
    )


def _handovers(dossier: Dossier) -> tuple[forms.Handover, ...]:
    tasks = tasks_of(dossier.id)
    places = organisation.agencies_facts({t.agency_id for t in tasks}, on=local_day(dossier.saved_at))
    rows = []
    for task in tasks:
        outcome = None
        if task.completed_at and task.due_at:
            outcome = forms.Outcome(figures.punctuality(task.completed_at, task.due_at).value)
        place = places.get(task.agency_id)
        rows.append(
            forms.Handover(
                unit=f"{step_title(dossier.process_id, task.step, 'vi') or task.step}, {place.short_vi or place.name_vi}"
                if place
                else "",
                person=task.holder_name or "",
                handed_at=task.opened_at,
                received_at=task.completed_at,
                outcome=outcome,
                note=task.note,
            )
        )
    return tuple(rows)


def _issue(slip: forms.Slip, dossier: Dossier, agency_id: UUID | None, by: Actor, at: datetime) -> UUID:
    day = local_day(at)
    return issue_slip(
        form_set_on(day).form(slip.form_key).number,
        on=day,
        subject_kind="dossier",
        subject_id=dossier.id,
        agency_id=_known(agency_id),
        data=slip.to_json() | {"qr": slip.matter.qr_url},
        by=by.id,
        at=at,
    )


def _shared(
    dossier: Dossier, agency_id: UUID | None, record: ProcedureRecord, at: datetime
) -> dict[str, Any]:
    day = local_day(at)
    agency = _agency(agency_id, day)
    parent = organisation.agency_facts(agency.parent_id, on=day) if agency.parent_id else None
    desk = organisation.desk_of(agency.id, on=day)
    return {
        "head": forms.Letterhead(
            agency=agency.name_vi,
            parent_agency=parent.name_vi if parent else "",
            place=_place(agency, day),
            day=day,
        ),
        "desk": forms.Desk(
            name=desk.name_vi if desk else agency.name_vi,
            address=desk.address if desk else "",
            phone=desk.phone if desk else "",
        ),
        "applicant": _applicant(dossier),
        "matter": forms.Matter(
            number=dossier.number or "",
            request=dossier.request or record.name.vi,
            procedure_code=record.code,
            procedure_name=record.name.vi,
            qr_url=address_of(bytes(dossier.secret)),
        ),
    }


def _applicant(dossier: Dossier) -> forms.Applicant:
    # A partner's slip is for whoever filed the whole.
    filed = whole_of(dossier)
    party, filer = filed.applicant, filed.representative
    if party is None:
        return forms.Applicant(name=dossier.applicant_name)
    reach: Party = filer or party
    return forms.Applicant(
        name=party.name,
        filer=filer.name if filer else "",
        address=party.address,
        phone=reach.phone,
        email=reach.email,
        masked_number=mask_tail(party.identity_tail),
    )


def _papers(dossier: Dossier, record: ProcedureRecord) -> tuple[forms.Paper, ...]:
    given = papers_of(dossier.id)
    listed = [item for item in components_needed(record, dossier.case) if item.key in given]
    rows = []
    for item in listed:
        paper = given[item.key]
        by_file = paper.form != Paper.Form.PAPER
        rows.append(
            forms.Paper(
                name=item.name.vi,
                originals=0 if by_file else paper.originals or item.originals,
                copies=0 if by_file else paper.copies or (0 if paper.originals else item.copies),
                electronic=by_file,
            )
        )
    return tuple(rows)


def _explained(dossier: Dossier, limit: Limit | None, at: datetime) -> str:
    if limit is None or dossier.promised_at is None:
        return ""
    calendar = working_calendar(dossier.competent_agency_id, on=local_day(at))
    with override("vi"):
        return words.deadline_sentence(due(limit, received=at, calendar=calendar), limit)


def _return_place(dossier: Dossier, at: datetime) -> str:
    desk = organisation.desk_of(_known(dossier.receiving_agency_id), on=local_day(at))
    if desk is None:
        return _agency(dossier.receiving_agency_id, local_day(at)).name_vi
    return ", ".join(part for part in (desk.name_vi, desk.address) if part)


def _place(agency: organisation.AgencyFacts, day: date) -> str:
    """Return the place that stands before the date: the commune's own name, else the province's."""
    name = agency.name_vi if agency.level == "commune" else organisation.province_name(on=day)
    for prefix in _COMMITTEE_OF:
        name = name.removeprefix(prefix)
    return name


def _agency(agency_id: UUID | None, day: date) -> organisation.AgencyFacts:
    return organisation.agency_facts(_known(agency_id), on=day)


def _moment(at: datetime | None) -> datetime:
    return _known(at)


def _vi(say: Callable[[Any], str], value: Any) -> str:
    """Say something in Vietnamese, the language of official slips, whatever the reader's is."""
    with override("vi"):
        return say(value)


def _known(value: _T | None) -> _T:
    if value is None:
        raise LookupError("the dossier is not filed yet")
    return value
