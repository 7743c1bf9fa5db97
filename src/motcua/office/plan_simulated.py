"""What a plan would do on its day: the big figures, and who goes to whom."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from motcua.catalogue.queries.announcements import names_of
from motcua.dossiers.queries import Moving, Simulation
from motcua.office.plan_frame import names_for
from motcua.office.wording import grouped
from motcua.organisation.queries import ReorganisationFacts
from motcua.organisation.queries.structure import eve, territory_names
from motcua.rules.reorganisation import Plan
from motcua.rules.reorganisation.outcome import endings, links_of

# More agencies than that nobody reads in one table.
MOST_PAIRS = 300


def big_figures(found: Simulation) -> list[dict[str, Any]]:
    """Return the numbers that decide whether a plan is ready, each with what it means."""
    return [
        _figure(found.dossiers, _("hồ sơ chuyển"), _dossiers(found)),
        _figure(len(found.people), _("người chưa có vị trí"), "", warns=True),
        _figure(len(found.procedures), _("thủ tục chưa có nơi tiếp nhận"), "", warns=True),
        _figure(found.flagged, _("hồ sơ cần người xem"), _("không rõ địa bàn nên theo mặc định"), warns=True),
        _figure(found.tasks, _("việc đang làm chuyển theo"), ""),
        _figure(
            found.agencies_after,
            _("cơ quan từ ngày đó"),
            _("hiện nay %(n)s") % {"n": grouped(found.agencies_before)},
        ),
    ]


def _figure(number: int, label: str, note: str, *, warns: bool = False) -> dict[str, Any]:
    return {"value": grouped(number), "label": label, "note": note, "warns": warns and number > 0}


def _dossiers(found: Simulation) -> str:
    known = {"paused": grouped(found.paused), "late": grouped(found.past_due)}
    return _("trong đó %(paused)s đang tạm dừng, %(late)s quá hạn") % known


def pairs(row: ReorganisationFacts, plan: Plan, moving: Iterable[Moving]) -> dict[str, Any]:
    """Return the table of before and after: who goes to whom, for what, with how many open dossiers."""
    counted = {(one.before, one.after): one for one in moving}
    what: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for link in links_of(plan):
        if link.predecessor != link.successor:
            what.setdefault((link.predecessor, link.successor), []).append(
                (link.place, str(link.procedure or ""))
            )
    for pair in counted:
        what.setdefault(pair, [])
    shown = list(what)[:MOST_PAIRS]
    keys = {key for pair in shown for key in pair}
    names = names_for(row.operations, on=eve(row.effective_on), only=keys)
    places = territory_names({place for pair in shown for place, _p in what[pair]}, on=eve(row.effective_on))
    ended = endings(plan)
    labels = [
        _("Trước ngày đó"),
        _("Từ ngày đó"),
        _("Phần chuyển"),
        _("Hồ sơ"),
        _("Tạm dừng"),
        _("Quá hạn"),
        _("Cần xem"),
    ]
    return {
        "pair_columns": [{"label": label, "number": n > 2} for n, label in enumerate(labels)],
        "pair_rows": [
            _pair(pair, what[pair], counted.get(pair), names, places, pair[0] in ended) for pair in shown
        ],
        "more_pairs": max(len(what) - MOST_PAIRS, 0),
    }


def _pair(
    pair: tuple[str, str],
    links: list[tuple[str, str]],
    moving: Moving | None,
    names: Mapping[str, str],
    places: Mapping[str, str],
    ends: bool,
) -> list[Any]:
    before, after = (names.get(key, key) for key in pair)
    numbers = (moving.count, moving.paused, moving.past_due, moving.flagged) if moving else (0, 0, 0, 0)
    return [
        before if ends else _("%(name)s (còn hoạt động)") % {"name": before},
        after,
        parts_in_words(links, places),
        *(grouped(number) for number in numbers),
    ]


_MOST_PARTS = 6


def parts_in_words(links: Iterable[tuple[str, str]], places: Mapping[str, str]) -> str:
    """Say for which places and procedures one follows another; with neither for all the rest."""
    links = list(links)
    told = []
    for place, procedure in links[:_MOST_PARTS]:
        where = _("địa bàn %(place)s") % {"place": places.get(place, place)} if place else ""
        which = _("thủ tục %(code)s") % {"code": procedure} if procedure else ""
        told.append(", ".join(filter(None, (which, where))))
    told = list(dict.fromkeys(one or _("toàn bộ") for one in told))
    if len(told) > 1 and _("toàn bộ") in told:
        told[told.index(_("toàn bộ"))] = _("phần còn lại")
    more = len(links) - _MOST_PARTS
    return "; ".join(told) + (_(" và %(n)s phần nữa") % {"n": more} if more > 0 else "")


def procedures_told(codes: Iterable[str]) -> list[str]:
    """Return procedures by code and name."""
    codes = list(codes)
    names = names_of(codes)
    return [f"{code} {names[code]}" if code in names else code for code in codes]
