"""A dossier told to its applicant: where it stands in one sentence, when it is promised, and its way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from motcua.dossiers import words
from motcua.dossiers.process_view import WORKED_OFF, begun_again
from motcua.dossiers.queries import Step, Tracked, TrackedPart
from motcua.kit.templatetags.ui import stamp
from motcua.portal.wording import one_of
from motcua.rules.localday import local_day
from motcua.rules.process import DEFAULT_PROCESS, Node, NodeKind, StepKind
from motcua.rules.transitions import ENDED, State
from motcua.workflow.queries import main_way, process


@dataclass(frozen=True)
class Item:
    """One point of the timeline; `state` is done, now, todo or stopped."""

    title: str
    state: str
    meta: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Story:
    """What a page says of a dossier's way."""

    sentence: str
    promise: str
    holder: str
    following: str
    late: bool
    timeline: tuple[Item, ...]
    changes: tuple[str, ...]
    # Whether there is a promised date whose reckoning can be shown.
    explained: bool = False


def tell(facts: Tracked, *, at: datetime) -> Story:
    """Tell how a dossier stands at a moment, in the reader's language."""
    late = facts.state is State.IN_PROGRESS and facts.due_at is not None and facts.due_at < at
    steps = _steps(facts)
    timeline = _timeline(facts, steps, at)
    now = next((place for place, item in enumerate(timeline) if item.state == "now"), None)
    following = (
        next((item.title for item in timeline[now + 1 :] if item.state == "todo"), "")
        if now is not None
        else ""
    )
    return Story(
        sentence=_sentence(facts),
        promise=_promise(facts, late=late),
        holder="" if facts.state in ENDED else _holder(facts),
        following=following,
        late=late,
        timeline=tuple(timeline),
        changes=() if facts.state in ENDED else (*_passed(facts), *_changes(facts)),
        explained=facts.promised_at is not None,
    )


def _steps(facts: Tracked) -> list[Node]:
    """Return what an applicant follows: steps and partners that come in the usual course, and what was done beside."""
    if facts.process_id is None:
        return list(DEFAULT_PROCESS.steps)
    usual = main_way(facts.process_id)
    seen = {step.key for step in facts.steps} | {part.call for part in facts.parts}
    return [
        node
        for node in process(facts.process_id).nodes
        if node.kind in (NodeKind.TASK, NodeKind.CALL) and (node.key in usual or node.key in seen)
    ]


def _changes(facts: Tracked) -> Iterator[str]:
    """Say what later versions of the procedure change for this dossier, as far as it concerns the applicant."""
    for note in facts.changes:
        if said := words.version_change(note, fields=words.FOR_APPLICANT):
            yield said


def _passed(facts: Tracked) -> Iterator[str]:
    """Say who answers now in whose place, and that nothing else changed."""
    for one in facts.passed:
        said = _("Từ %(day)s, %(after)s trả lời hồ sơ này thay %(before)s (%(act)s).") % {
            "day": f"{one.effective_on:%d/%m/%Y}",
            "after": one_of(one.after),
            "before": one_of(one.before),
            "act": one.act,
        }
        kept = (
            _("Mã hồ sơ, giấy hẹn và ngày hẹn trả giữ nguyên; bạn không phải nộp lại.")
            if facts.promised_at
            else _("Mã hồ sơ giữ nguyên; bạn không phải nộp lại.")
        )
        yield f"{said} {kept}"


def _sentence(facts: Tracked) -> str:
    known = {"receiving": one_of(facts.receiving), "competent": one_of(facts.competent)}
    match facts.state:
        case State.FILED:
            return _("Hồ sơ đã nộp và đang chờ %(receiving)s tiếp nhận.") % known
        case State.AWAITING_APPLICANT:
            return _("Hồ sơ cần bạn bổ sung trước khi được tiếp nhận.")
        case State.IN_PROGRESS:
            return _partners_at_work(facts) or _("%(competent)s đang giải quyết hồ sơ.") % known
        case State.PAUSED:
            return _("Hồ sơ đang chờ bạn bổ sung; thời hạn giải quyết tạm dừng.")
        case State.DECIDED:
            return _decided(facts) % known
        case State.RETURNED:
            return _("Kết quả đã được trả.")
        case State.REFUSED:
            return _("Hồ sơ không được tiếp nhận. Lý do ghi trong phiếu từ chối gửi cho bạn.")
        case State.WITHDRAWN:
            return _("Hồ sơ đã được rút theo yêu cầu của người nộp.")
        case State.STOPPED:
            return _("Cơ quan đã dừng giải quyết hồ sơ. Lý do ghi trong thông báo gửi cho bạn.")
        case _:
            return _("Hồ sơ chưa nộp.")


def _at_work(facts: Tracked) -> list[TrackedPart]:
    return [part for part in facts.parts if part.finished_at is None]


def _partners_at_work(facts: Tracked) -> str:
    """Say that partners have it, where nobody else does."""
    partners = _at_work(facts)
    if not partners or any(step.done_at is None for step in facts.steps):
        return ""
    names = "; ".join(one_of(part.agency) for part in partners)
    return _("Đang chờ kết quả của: %(partners)s.") % {"partners": names}


def _reopened(facts: Tracked) -> bool:
    """Tell whether a result that waited was taken back by a decision: another dossier goes on with the matter."""
    return any(step.outcome == "reopened" for step in facts.steps)


def _decided(facts: Tracked) -> str:
    if _reopened(facts):
        return _(
            "Kết quả này đang được xem xét lại theo quyết định của cơ quan nên không trả nữa. Bạn không phải nộp lại: "
            "theo dõi bằng mã hồ sơ mới đã gửi cho bạn."
        )
    if facts.delivery == "post":
        return _("Đã có kết quả. %(receiving)s sẽ gửi đến bạn qua bưu chính.")
    if facts.delivery == "online":
        return _("Đã có kết quả. %(receiving)s sẽ gửi bạn bản điện tử.")
    return _("Đã có kết quả. Mời bạn đến nhận tại %(receiving)s.")


def _promise(facts: Tracked, *, late: bool) -> str:
    """Say the promised date as a sentence, with the first promise beside it where it was moved."""
    if facts.state is State.FILED and facts.acknowledge_by:
        return _("Cơ quan trả lời tiếp nhận trước %(when)s.") % {"when": words.moment(facts.acknowledge_by)}
    if facts.state is State.RETURNED and facts.returned_at:
        return _("Trả lúc %(when)s.") % {"when": words.moment(facts.returned_at)}
    if facts.state is State.DECIDED and facts.finished_at:
        return _("Có kết quả từ %(when)s.") % {"when": words.moment(facts.finished_at)}
    if facts.state is State.PAUSED:
        if facts.promised_at is None:
            return _("Ngày hẹn sẽ được báo lại ngay khi bạn nộp bổ sung.")
        first = {"first": words.moment(facts.promised_at)}
        return _("Ngày hẹn sẽ được báo lại ngay khi bạn nộp bổ sung (hẹn lần đầu: %(first)s).") % first
    if facts.state is not State.IN_PROGRESS:
        return ""
    if facts.due_at is None:
        return _("Thủ tục này không quy định thời hạn.")
    when = {"when": words.moment(facts.due_at)}
    if late:
        return _("Đã quá giờ hẹn: trước %(when)s. Chúng tôi xin lỗi bạn.") % when
    if facts.promised_at and facts.promised_at != facts.due_at:
        first = {"first": words.moment(facts.promised_at)}
        return _("Hẹn trả kết quả trước %(when)s (hẹn lần đầu: %(first)s).") % (when | first)
    return _("Hẹn trả kết quả trước %(when)s.") % when


def _holder(facts: Tracked) -> str:
    if facts.state in (State.AWAITING_APPLICANT, State.PAUSED):
        return _("Bạn: cơ quan đang chờ giấy tờ bổ sung")
    if facts.state is State.IN_PROGRESS and (partners := _at_work(facts)):
        own = [one_of(facts.competent)] if any(step.done_at is None for step in facts.steps) else []
        return "; ".join(dict.fromkeys([*own, *(one_of(part.agency) for part in partners)]))
    return one_of(facts.competent if facts.state is State.IN_PROGRESS else facts.receiving)


def _timeline(facts: Tracked, steps: list[Node], at: datetime) -> list[Item]:
    items = [Item(_("Nộp hồ sơ"), "done", (stamp(facts.filed_at),)), _reception(facts)]
    if facts.state is State.AWAITING_APPLICANT:
        items.insert(1, Item(_("Chờ bạn bổ sung hồ sơ"), "now", _since(facts.asked_at)))
    if facts.state in (State.REFUSED, State.WITHDRAWN, State.STOPPED) and facts.accepted_at is None:
        return items
    for step in steps:
        items.append(_part(facts, step, at) if step.kind is NodeKind.CALL else _step(facts, step))
    if facts.state in (State.WITHDRAWN, State.STOPPED):
        items = [item for item in items if item.state == "done"]
        items.append(Item(str(words.STATES[facts.state]), "stopped", (stamp(facts.finished_at),)))
    if facts.state is State.PAUSED:
        place = next(n for n, item in enumerate(items) if item.state != "done")
        items.insert(place, Item(_("Chờ bạn bổ sung hồ sơ"), "now", _since(facts.asked_at)))
    return items


def _reception(facts: Tracked) -> Item:
    place = one_of(facts.receiving)
    if facts.accepted_at:
        # Who received it then, whoever answers now.
        day = local_day(facts.accepted_at)
        before = next((one.desk_before for one in facts.passed if one.effective_on > day), None)
        return Item(_("Tiếp nhận"), "done", (one_of(before) if before else place, stamp(facts.accepted_at)))
    if facts.state is State.AWAITING_APPLICANT:
        return Item(_("Tiếp nhận"), "todo", (place,))
    if facts.state in ENDED:
        return Item(str(words.STATES[facts.state]), "stopped", (place, stamp(facts.finished_at)))
    return Item(_("Tiếp nhận"), "now", (place,))


def _since(at: datetime | None) -> tuple[str, ...]:
    return (_("Yêu cầu lúc %(when)s") % {"when": stamp(at)},) if at else ()


def _part(facts: Tracked, step: Node, at: datetime) -> Item:
    """Tell of a partner by name: until when it has to be done, whether it is late, what came of it."""
    title = one_of((step.title_vi, step.title_en))
    part = next((row for row in reversed(facts.parts) if row.call == step.key), None)
    if part is None or (part.finished_at and _again(facts, part.finished_at)):
        return Item(title, "todo")
    name = one_of(part.agency)
    if part.finished_at is None:
        late = part.due_at is not None and part.due_at < at
        said = _("quá hẹn: trước %(when)s") if late else _("hẹn trước %(when)s")
        until = (said % {"when": words.moment(part.due_at)},) if part.due_at else ()
        return Item(title, "now", (name, *until))
    if part.state in (State.WITHDRAWN, State.STOPPED):
        return Item(title, "stopped", (name, str(words.STATES[part.state]), stamp(part.finished_at)))
    result = (
        _("Không đồng ý: %(result)s") % {"result": part.result} if part.outcome == "refused" else part.result,
    )
    return Item(title, "done", (name, *(text for text in result if text), stamp(part.finished_at)))


def _step(facts: Tracked, step: Node) -> Item:
    title = one_of((step.title_vi, step.title_en))
    latest = _latest(facts.steps, step.key)
    if step.work is StepKind.RETURN and facts.state is State.DECIDED and _reopened(facts):
        return Item(title, "stopped", (_("Xem xét lại theo quyết định"),))
    if step.work is StepKind.RETURN and facts.state is State.DECIDED:
        return Item(title, "now", (one_of(facts.receiving),))
    if latest is None:
        return Item(title, "todo")
    if latest.done_at is None:
        return Item(title, "now", (one_of(facts.competent),))
    if latest.outcome not in WORKED_OFF or _again(facts, latest.done_at):
        return Item(title, "todo")
    return Item(title, "done", (stamp(latest.done_at),))


def _again(facts: Tracked, over: datetime) -> bool:
    """Tell whether the dossier began again after something was over: then it is to come once more."""
    begun = begun_again((step.outcome, step.done_at) for step in facts.steps)
    return begun is not None and over <= begun


def _latest(steps: tuple[Step, ...], key: str) -> Step | None:
    return next((step for step in reversed(steps) if step.key == key), None)
