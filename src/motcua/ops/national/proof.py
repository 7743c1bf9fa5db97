"""The proof of the national test: each line is asked anew of the rows, and fails if one of them says otherwise."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection

from motcua.kit import sql
from motcua.ops.national.before import Before, as_it_was, changed_dossiers, digests, expect
from motcua.ops.national.legacy import Country
from motcua.rules.reorganisation import Plan

# Who answers for a dossier on a day: before its first hand-over that holds later the one it came from, else who has it.
_DAYS = """
DROP TABLE IF EXISTS national_responsible;
CREATE TEMPORARY TABLE national_responsible (id uuid, state text, open boolean, agency uuid, day date, living int)
"""
_RESPONSIBLE = """
INSERT INTO national_responsible
SELECT d.id, b.state, b.open, COALESCE(h.from_competent, d.competent_agency_id), day.day,
  (SELECT count(*) FROM organisation_agencyversion v WHERE v.agency_id = COALESCE(h.from_competent, d.competent_agency_id)
    AND v.valid_from <= day.day AND (v.valid_to IS NULL OR v.valid_to > day.day))
FROM national_before b JOIN dossiers_dossier d ON d.id = b.id
CROSS JOIN unnest(%(days)s::date[]) AS day (day)
LEFT JOIN LATERAL (SELECT from_competent FROM dossiers_agencyhandover h WHERE h.dossier_id = d.id
  AND h.effective_on > day.day ORDER BY h.place LIMIT 1) h ON true
"""
_ANSWERED = """
SELECT count(*) FILTER (WHERE r.day = %(eve)s), count(*) FILTER (WHERE r.open AND r.living <> 1),
  count(*) FILTER (WHERE r.agency IS NULL),
  count(*) FILTER (WHERE r.day < %(day)s AND r.agency IS DISTINCT FROM b.competent),
  count(*) FILTER (WHERE r.open AND r.day >= %(day)s AND r.agency IS NOT DISTINCT FROM b.competent)
FROM national_responsible r JOIN national_before b ON b.id = r.id
"""
_CHAINS = """
WITH links AS (
  SELECT h.*, row_number() OVER w AS nth, count(*) OVER (PARTITION BY h.dossier_id) AS links,
    lag(h.to_competent) OVER w AS came, lag(h.to_receiving) OVER w AS came_desk, lag(h.effective_on) OVER w AS earlier
  FROM dossiers_agencyhandover h WINDOW w AS (PARTITION BY h.dossier_id ORDER BY h.place))
SELECT count(*), count(*) FILTER (WHERE
  h.place <> h.nth
  OR h.from_competent IS DISTINCT FROM COALESCE(h.came, b.competent)
  OR h.from_receiving IS DISTINCT FROM COALESCE(h.came_desk, b.receiving)
  OR h.earlier > h.effective_on
  OR h.nth = h.links AND (h.to_competent IS DISTINCT FROM d.competent_agency_id
    OR h.to_receiving IS DISTINCT FROM d.receiving_agency_id))
FROM links h JOIN dossiers_dossier d ON d.id = h.dossier_id LEFT JOIN national_before b ON b.id = d.id
"""
_LOST = """
SELECT (SELECT count(*) FROM national_before b WHERE NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.id = b.id)),
  (SELECT count(*) FROM dossiers_dossier d WHERE d.number IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM national_before b WHERE b.id = d.id)),
  (SELECT count(*) FROM national_before b LEFT JOIN (
      SELECT dossier_id, count(*) AS times FROM dossiers_agencyhandover GROUP BY 1) h ON h.dossier_id = b.id
    WHERE COALESCE(h.times, 0) <> CASE WHEN b.open THEN 1 ELSE 0 END),
  (SELECT count(*) FROM national_before WHERE open), (SELECT count(*) FROM national_before WHERE NOT open)
"""
_AS_IT_WAS = """
SELECT count(*), COALESCE(sum(was.n), 0), count(*) FILTER (WHERE was.n IS DISTINCT FROM now.n)
FROM (SELECT competent AS agency, state, count(*) AS n FROM national_before GROUP BY 1, 2) AS was
FULL JOIN (SELECT agency, state, count(*) AS n FROM national_responsible WHERE day = %(eve)s GROUP BY 1, 2) AS now
  ON now.agency = was.agency AND now.state = was.state
"""
_HEIRS = """
WITH RECURSIVE ended AS (
  SELECT agency_id AS agency FROM organisation_agencyversion GROUP BY 1
  HAVING bool_and(valid_to IS NOT NULL AND valid_to <= %(day)s)),
lines (start, agency, steps) AS (
  SELECT e.agency, e.agency, 0 FROM ended e
  UNION
  SELECT l.start, s.successor_id, l.steps + 1 FROM lines l JOIN organisation_succession s
    ON s.predecessor_id = l.agency AND s.successor_id <> l.agency WHERE l.steps < 50),
ends AS (
  SELECT DISTINCT l.start, l.agency FROM lines l
  WHERE NOT EXISTS (SELECT 1 FROM organisation_succession s WHERE s.predecessor_id = l.agency))
SELECT (SELECT count(*) FROM ended), count(*), count(*) FILTER (WHERE NOT EXISTS (
  SELECT 1 FROM organisation_agencyversion v WHERE v.agency_id = ends.agency
    AND v.valid_from <= %(day)s AND (v.valid_to IS NULL OR v.valid_to > %(day)s))),
  (SELECT count(*) FROM ended e WHERE NOT EXISTS (SELECT 1 FROM ends WHERE ends.start = e.agency))
FROM ends
"""
# Each from what the file says of its agency before and its place, the receiving one by the same place.
_WHERE = """
SELECT count(*), count(*) FILTER (WHERE h.to_competent IS DISTINCT FROM own.successor),
  count(*) FILTER (WHERE h.to_receiving IS DISTINCT FROM desk.successor),
  count(*) FILTER (WHERE own.flagged), count(*) FILTER (WHERE h.flagged),
  count(*) FILTER (WHERE h.flagged IS DISTINCT FROM own.flagged)
FROM national_before b LEFT JOIN dossiers_agencyhandover h ON h.dossier_id = b.id
JOIN LATERAL (SELECT e.* FROM national_expected e WHERE e.agency = b.competent AND e.place IN (b.place, '')
  ORDER BY e.place DESC LIMIT 1) own ON true
JOIN LATERAL (SELECT e.* FROM national_expected e WHERE e.agency = b.receiving AND e.place IN (b.place, '')
  ORDER BY e.place DESC LIMIT 1) desk ON true
WHERE b.open
"""
_TASKS = """
SELECT count(*), count(*) FILTER (WHERE t.agency_id <> CASE WHEN t.function = 'receiver' THEN d.receiving_agency_id
    ELSE d.competent_agency_id END), count(*) FILTER (WHERE t.unplaced),
  count(*) FILTER (WHERE t.post_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM organisation_post p WHERE p.id = t.post_id
    AND p.agency_id = t.agency_id AND (p.valid_to IS NULL OR p.valid_to > %(day)s))),
  count(*) FILTER (WHERE t.holder_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM organisation_holding h
    WHERE h.post_id = t.post_id AND h.user_id = t.holder_id AND h.valid_from <= %(day)s
    AND (h.valid_to IS NULL OR h.valid_to > %(day)s)))
FROM workflow_task t JOIN dossiers_dossier d ON d.id = t.subject_id WHERE t.completed_at IS NULL
"""
_TOKENS = """
SELECT count(*), count(*) FILTER (WHERE t.agency_id NOT IN (d.competent_agency_id, d.receiving_agency_id))
FROM workflow_token t JOIN dossiers_dossier d ON d.id = t.subject_id
WHERE t.agency_id IS NOT NULL AND d.state IN ('in_progress', 'paused', 'decided')
"""
_UNITS = """
SELECT count(*) FILTER (WHERE kind = 'province'), count(*) FILTER (WHERE kind = 'district'),
  count(*) FILTER (WHERE kind = 'commune')
FROM organisation_agencyversion WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
"""


@dataclass(frozen=True)
class Line:
    """One thing that was to be proved: its sentence with figures, and whether it holds."""

    code: str
    text: str
    good: bool
    figures: Mapping[str, Any] = field(default_factory=dict)


def prove(country: Country, plan: Plan, before: Before) -> list[Line]:
    """Return the proof, line by line; what was before must have been taken on this connection."""
    expect(country)
    eve, day = plan.effective - timedelta(days=1), plan.effective
    days: dict[str, Any] = {"eve": eve, "day": day, "days": [eve, day, day + timedelta(days=1)]}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS)
        cursor.execute(_RESPONSIBLE, days)
        cursor.execute("ANALYZE national_responsible")
    asked: tuple[Callable[[], Line], ...] = (
        lambda: _units(country, eve, day),
        lambda: _responsible(days),
        _chained,
        _none_lost,
        lambda: _totals(days),
        lambda: _figures(before),
        _unchanged,
        lambda: _stayed(before),
        lambda: _lines_end(day),
        *_where_to(),
        lambda: _tasks(day),
    )
    return [ask() for ask in asked]


def _one(statement: str, known: Mapping[str, Any] | None = None) -> list[int]:
    return [int(value) for value in sql.rows(statement, known or {})[0]]


def _units(country: Country, eve: date, day: date) -> Line:
    """The units are as many as the file has, on the eve and from the day on."""
    said = country.totals
    was, now = _one(_UNITS, {"day": eve}), _one(_UNITS, {"day": day})
    wanted = [said["old_provinces"], said["old_districts"], said["old_communes"]]
    after = [said["new_provinces"], 0, said["new_communes"]]
    text = (
        f"Theo tệp: {wanted[0]} tỉnh, {wanted[1]} huyện, {wanted[2]} xã thành {after[0]} tỉnh, {after[2]} xã; "
        f"trong cơ sở dữ liệu: {was[0]}/{was[1]}/{was[2]} thành {now[0]}/{now[1]}/{now[2]}"
    )
    return Line("units", text, was == wanted and now == after, {**said, "was": was, "now": now})


def _responsible(days: Mapping[str, Any]) -> Line:
    """Every dossier has exactly one agency that answers, living on that day: on the eve the old, then the new one."""
    number, dead, none, not_old, not_new = _one(_ANSWERED, days)
    text = (
        f"{number} hồ sơ, mỗi hồ sơ đúng một cơ quan chịu trách nhiệm vào hôm trước, hôm đó, hôm sau: "
        f"{none} không có, {dead} ở cơ quan đã hết, {not_old} hôm trước không ở cơ quan cũ, {not_new} vẫn ở cơ quan cũ"
    )
    return Line(
        "responsible", text, number > 0 and not (dead or none or not_old or not_new), {"dossiers": number}
    )


def _chained() -> Line:
    """Hand-overs follow each other without a gap, from who had it to who has it."""
    number, broken = _one(_CHAINS)
    text = f"{number} lần bàn giao nối tiếp nhau từ cơ quan cũ đến cơ quan đang giữ: {broken} đứt quãng"
    return Line("chained", text, number > 0 and not broken, {"handovers": number, "broken": broken})


def _none_lost() -> Line:
    """No dossier is lost or new; each open one passed once, no finished one did."""
    lost, new, otherwise, open_, finished = _one(_LOST)
    text = (
        f"{open_} hồ sơ đang mở bàn giao đúng một lần, {finished} hồ sơ đã xong không bàn giao: "
        f"{lost} mất, {new} thừa, {otherwise} sai số lần"
    )
    return Line("none_lost", text, not (lost or new or otherwise), {"open": open_, "finished": finished})


def _totals(days: Mapping[str, Any]) -> Line:
    """Counted by agency and state on the eve it is what it was."""
    groups, number, other = _one(_AS_IT_WAS, days)
    text = f"Số hồ sơ theo cơ quan và trạng thái của hôm trước: {groups} nhóm, {number} hồ sơ, {other} nhóm khác trước"
    return Line("as_it_was", text, groups > 0 and not other, {"groups": groups, "different": other})


def _figures(before: Before) -> Line:
    """The product's own figures of the month before are what they were."""
    now = as_it_was(before.month)
    other = sum(
        before.figures.get(agency) != now.get(agency) for agency in before.figures.keys() | now.keys()
    )
    text = (
        f"Số liệu tháng {before.month.last:%m/%Y} như khi đó: {len(now)} cơ quan, {other} cơ quan khác trước"
    )
    return Line("figures", text, bool(now) and not other, {"agencies": len(now), "different": other})


def _unchanged() -> Line:
    """Nothing in a dossier changed but who has it."""
    other = changed_dossiers()
    text = f"Số, trạng thái, ngày hẹn, hạn, tạm dừng và mọi cột khác của hồ sơ giữ nguyên: {other} hồ sơ khác trước"
    return Line("unchanged", text, not other, {"different": other})


def _stayed(before: Before) -> Line:
    """Clock, papers, results, slips, tokens, tasks and the journal of before say what they said."""
    now = digests(before.drafted)
    other = [table for table in now if now[table] != before.digests[table]]
    rows = sum(count for count, _ in now.values())
    named = f" ({', '.join(other)})" if other else ""
    text = f"Đồng hồ, giấy tờ, kết quả, phiếu, bước và nhật ký giữ nguyên: {rows} dòng, {len(other)} bảng khác trước{named}"
    return Line("stayed", text, not other, {"rows": rows, "different": other})


def _lines_end(day: date) -> Line:
    """Whatever ended leads, along every line, to an agency that lives."""
    ended, ends, dead, without = _one(_HEIRS, {"day": day})
    text = f"{ended} cơ quan đã hết, {ends} đường kế thừa: {dead} không đến cơ quan đang có, {without} cơ quan không ai kế thừa"
    return Line("lines_end", text, ended > 0 and not (dead or without), {"ended": ended, "lines": ends})


def _where_to() -> Iterator[Callable[[], Line]]:
    """Each went where the file says; flagged are those whose place was not known finely enough."""
    number, wrong, wrong_desk, wanted, flagged, other = _one(_WHERE)
    to = (
        f"{number} hồ sơ về đúng nơi mà tệp nói theo cơ quan cũ và địa bàn: {wrong} sai cơ quan giải quyết, "
        f"{wrong_desk} sai cơ quan tiếp nhận"
    )
    marked = (
        f"{flagged} hồ sơ được đánh dấu, đếm riêng theo tệp: {wanted} không rõ địa bàn, {other} khác nhau"
    )
    figures = {"flagged": flagged, "wanted": wanted, "different": other}
    yield lambda: Line("where_to", to, number > 0 and not (wrong or wrong_desk), {"dossiers": number})
    yield lambda: Line("flagged", marked, flagged == wanted and not other, figures)


def _tasks(day: date) -> Line:
    """Every open task is with its dossier, in a post of today, with who holds it."""
    number, elsewhere, unplaced, dead, stranger = _one(_TASKS, {"day": day})
    tokens, astray = _one(_TOKENS)
    text = (
        f"{number} việc và {tokens} bước đang mở theo hồ sơ của mình: {elsewhere} việc và {astray} bước ở cơ quan khác, "
        f"{dead} việc ở vị trí đã hết, {stranger} ở người không giữ vị trí; "
        f"{unplaced} việc lên phụ trách vì không có vị trí kế thừa"
    )
    good = number > 0 and not (elsewhere or astray or dead or stranger)
    return Line("tasks", text, good, {"tasks": number, "tokens": tokens, "unplaced": unplaced})
