"""The only SQL of figures: one column for each figure, for each dossier and agency at which it counts.

The counts, the lists behind them and their lengths all read these columns, so a number and its list cannot differ. The
definition is `rules.figures`, held equal by test.
"""

from dataclasses import dataclass

# The past as it stood at the end of the period: nothing recorded at or after it shows. A dossier that had ended by
# then cannot change its due time any more, so its column is read; that of one still open comes from the last entry of
# its clock before the end.
_KNOWN = """
    SELECT d.id, d.channel, d.state, d.accepted_at, d.version_id, d.procedure_id, d.place_code, d.moved_at,
        d.{agency} AS agency_id,
        d.accepted_at IS NOT NULL AS accepted,
        CASE WHEN d.finished_at < %(end)s THEN d.finished_at END AS ended_at,
        CASE WHEN d.returned_at < %(end)s THEN d.returned_at END AS returned_at,
        CASE WHEN d.finished_at < %(end)s THEN d.due_at ELSE entry.due_after END AS due_at,
        entry.paused_since AS paused_at
    FROM dossiers_dossier d
    LEFT JOIN LATERAL (
        SELECT c.paused_since, c.due_after
        FROM dossiers_clockrow c
        WHERE c.dossier_id = d.id AND c.at < %(end)s
            AND (d.finished_at IS NULL OR d.finished_at >= %(end)s)
        ORDER BY c.place DESC
        LIMIT 1
    ) entry ON true
    WHERE (
        d.accepted_at < %(end)s AND (
            d.finished_at IS NULL OR d.finished_at >= %(start)s
            OR (d.returned_at >= %(start)s AND d.returned_at < %(end)s)
            OR (d.due_at >= %(start)s AND d.due_at < %(end)s)
        )
        OR d.accepted_at IS NULL AND d.finished_at >= %(start)s AND d.finished_at < %(end)s
    )
    AND (%(procedure)s::uuid IS NULL OR d.procedure_id = %(procedure)s::uuid)
    AND CASE %(channel)s WHEN '' THEN d.parent_id IS NULL ELSE d.channel = %(channel)s END
    AND (%(domain)s = '' OR EXISTS (
        SELECT 1 FROM catalogue_procedureversion v
        WHERE v.id = d.version_id AND v.domain_key = %(domain)s
    ))
    AND {which}
"""
# Nearly all dossiers: who holds them now held them at every moment of the period.
_HERE = "(%(agencies)s::uuid[] IS NULL OR d.{agency} = ANY(%(agencies)s::uuid[]))"
_UNMOVED = "(d.moved_at IS NULL OR d.moved_at < %(start)s)"
_NOT_FOLLOWED = " AND (d.{agency} = ANY(%(followed)s::uuid[])) IS NOT TRUE"
# Those that passed since the beginning of the period and were at one of the agencies before or after.
_PASSED = """d.id IN (
        SELECT h.dossier_id FROM dossiers_agencyhandover h
        WHERE h.at >= %(start)s AND (%(sources)s::uuid[] IS NULL OR h.{before} = ANY(%(sources)s::uuid[]))
        UNION
        SELECT m.id FROM dossiers_dossier m
        WHERE m.moved_at >= %(start)s AND m.{agency} = ANY(%(sources)s::uuid[])
    )"""
# Those that did not pass, at an agency that others follow.
_FOLLOWED = _UNMOVED + " AND d.{agency} = ANY(%(followed)s::uuid[])"

# The moments at which it matters who held a dossier; nothing where its columns stay empty.
_MOMENTS = {
    "entry": "CASE WHEN k.accepted AND (k.ended_at IS NULL OR k.ended_at >= %(start)s)"
    " THEN greatest(k.accepted_at, %(before_start)s) END",
    "leaving": "CASE WHEN k.ended_at IS NULL THEN %(before_end)s WHEN k.ended_at >= %(start)s THEN k.ended_at END",
    "due": "CASE WHEN k.accepted AND k.due_at >= %(start)s AND k.due_at < %(end)s THEN k.due_at END",
    "returned": "CASE WHEN k.returned_at >= %(start)s THEN k.returned_at END",
}
# From whom a dossier next passed after a moment held it at that moment.
_HOLDER = """CASE WHEN k.moved_at > k.{role}_moment THEN (
            SELECT h.{before} FROM dossiers_agencyhandover h
            WHERE h.dossier_id = k.id AND h.at > k.{role}_moment ORDER BY h.place LIMIT 1
        ) ELSE k.agency_id END AS {role}_holder"""
_ROLES = ", ".join(f"('{role}', k.{role}_moment, k.{role}_holder)" for role in _MOMENTS)
_TOUCHED = """touched AS ({dossiers}),
timed AS (SELECT k.*, {moments} FROM touched k),
held AS {kept}(SELECT k.*, {holders} FROM timed k)"""
# Between two reorganisations all moments are alike for who follows: a stage is how many had been carried out.
_TURNS = """turns AS (
    SELECT k.id, k.place_code, k.procedure_id, role.name, role.agency_id,
        width_bucket(role.moment, %(stages)s::timestamptz[]) AS stage
    FROM held k CROSS JOIN LATERAL (VALUES {roles}) AS role(name, moment, agency_id)
    WHERE role.moment IS NOT NULL
)"""
_COLUMNS = """k.id, k.channel, k.state, k.accepted_at, k.version_id, k.accepted, k.ended_at, k.returned_at, k.due_at,
        k.paused_at"""
# A dossier stands once for each agency at which any of its moments counts.
_SPREAD = """spread AS (
    SELECT {columns}, k.agency_id, true AS at_entry, true AS at_leaving, true AS at_due, true AS at_return
    FROM stayed k"""
_AT = """bool_or(t.name = 'entry') AS at_entry, bool_or(t.name = 'leaving') AS at_leaving,
            bool_or(t.name = 'due') AS at_due, bool_or(t.name = 'returned') AS at_return"""
_AND_HELD = """
    UNION ALL
    SELECT {columns}, a.agency_id, a.at_entry, a.at_leaving, a.at_due, a.at_return
    FROM held k CROSS JOIN LATERAL (
        SELECT t.agency_id, {at} FROM (VALUES {roles}) AS t(name, moment, agency_id)
        WHERE t.moment IS NOT NULL GROUP BY t.agency_id
    ) a
    WHERE %(agencies)s::uuid[] IS NULL OR a.agency_id = ANY(%(agencies)s::uuid[])
)"""
_AND_FOLLOWED = """
    UNION ALL
    SELECT {columns}, a.agency_id, a.at_entry, a.at_leaving, a.at_due, a.at_return
    FROM held k JOIN (
        SELECT t.id, coalesce(h.heir, t.agency_id) AS agency_id, {at}
        FROM turns t LEFT JOIN unnest(
            %(was)s::uuid[], %(stage)s::int[], %(place)s::text[], %(of)s::uuid[], %(heir)s::uuid[]
        ) AS h(was, stage, place_code, procedure_id, heir)
            ON h.was = t.agency_id AND h.stage = t.stage AND h.place_code = t.place_code
            AND h.procedure_id = t.procedure_id
        GROUP BY t.id, coalesce(h.heir, t.agency_id)
    ) a ON a.id = k.id
    WHERE %(agencies)s::uuid[] IS NULL OR a.agency_id = ANY(%(agencies)s::uuid[])
)"""
_CLASSIFIED = """measured AS (
    SELECT *, coalesce(ended_at, paused_at, %(end)s) AS measured_at,
        (coalesce(ended_at, paused_at, %(end)s) AT TIME ZONE INTERVAL '7 hours')::date AS measured_on,
        (due_at AT TIME ZONE INTERVAL '7 hours')::date AS due_on,
        ended_at >= %(start)s AS ended
    FROM spread
),
placed AS (
    SELECT *,
        accepted AND (ended_at IS NULL OR ended) AND at_entry AS came,
        accepted AND (ended_at IS NULL OR ended) AND at_leaving AS to_solve,
        at_leaving AND accepted AND ended AND state IN ('decided', 'returned') AS solved,
        at_leaving AND accepted AND ended_at IS NULL AND paused_at IS NULL AS in_progress,
        at_leaving AND accepted AND ended_at IS NULL AND paused_at IS NOT NULL AS paused,
        measured_on < due_on AS before_the_day,
        CASE WHEN %(whole_days)s THEN measured_on > due_on ELSE measured_at > due_at END AS past
    FROM measured
),
classified AS (
    SELECT id, agency_id, version_id, accepted_at, ended_at, due_at AS due_at_the_end,
        to_solve,
        came AND accepted_at < %(start)s AS carried_over,
        came AND accepted_at >= %(start)s AS received,
        came AND accepted_at >= %(start)s AND channel = 'online' AS received_online,
        came AND accepted_at >= %(start)s AND channel = 'counter' AS received_counter,
        came AND accepted_at >= %(start)s AND channel = 'post' AS received_post,
        came AND accepted_at >= %(start)s AND channel IN ('counter', 'post') AS received_direct,
        to_solve AND NOT at_entry AS moved_in,
        came AND NOT at_leaving AS moved_out,
        at_leaving AND NOT accepted AND ended AND state = 'refused' AS refused,
        at_leaving AND NOT accepted AND ended AND state = 'withdrawn' AS withdrawn_before,
        at_leaving AND accepted AND ended AND state = 'withdrawn' AS withdrawn,
        at_leaving AND accepted AND ended AND state = 'stopped' AS stopped,
        solved,
        solved AND before_the_day AS early,
        solved AND NOT before_the_day AND NOT past AS on_time,
        solved AND NOT before_the_day AND past AS late,
        solved AND due_at IS NULL AS without_limit,
        in_progress,
        in_progress AND NOT past AS in_progress_within,
        in_progress AND past AS in_progress_past,
        in_progress AND due_at IS NULL AS in_progress_no_limit,
        paused,
        paused AND NOT past AS paused_within,
        paused AND past AS paused_past,
        paused AND due_at IS NULL AS paused_no_limit,
        at_due AND accepted AND due_at >= %(start)s AND due_at < %(end)s AS due,
        at_return AND accepted AND returned_at >= %(start)s AS returned
    FROM placed
)
"""
# The columns of `classified` that are figures: those of `rules.figures`, the channels, and three sums.
FIGURES = (
    "to_solve",
    "carried_over",
    "received",
    "received_online",
    "received_counter",
    "received_post",
    "received_direct",
    "moved_in",
    "moved_out",
    "refused",
    "withdrawn_before",
    "withdrawn",
    "stopped",
    "solved",
    "early",
    "on_time",
    "late",
    "without_limit",
    "in_progress",
    "in_progress_within",
    "in_progress_past",
    "in_progress_no_limit",
    "paused",
    "paused_within",
    "paused_past",
    "paused_no_limit",
    "due",
    "returned",
)
_BY_AGENCY = "{classified} SELECT agency_id, {counts} FROM classified GROUP BY agency_id"
_LENGTH = "{classified} SELECT count(*) FROM classified WHERE {figure}"
_LIST = """{classified}
SELECT c.id, c.agency_id, d.number, d.applicant_name, v.name_vi, v.name_en,
    coalesce(c.accepted_at, d.filed_at), c.due_at_the_end, c.ended_at
FROM classified c
JOIN dossiers_dossier d ON d.id = c.id
JOIN catalogue_procedureversion v ON v.id = c.version_id
WHERE c.{figure}
ORDER BY coalesce(c.accepted_at, d.filed_at), c.id
OFFSET %(first)s LIMIT %(size)s
"""
# Whether any dossier passed since the beginning of the period.
PASSED = "SELECT EXISTS (SELECT 1 FROM dossiers_agencyhandover WHERE at >= %(start)s)"
_HELD = """WITH {touched}, {turns}
SELECT DISTINCT agency_id, stage, place_code, procedure_id FROM turns WHERE agency_id = ANY(%(followed)s::uuid[])
"""


@dataclass(frozen=True)
class Statement:
    """The statements for one attribution: its column of a dossier, and that of the hand-overs before they passed.

    `passed` asks who held each dossier that passed to another agency since the beginning of the period; without it all
    are counted where they are. `followed` counts what those agencies held at the heirs that are given for it.
    """

    agency: str
    before: str
    passed: bool = False
    followed: bool = False

    def by_agency(self) -> str:
        """Return what counts every figure by agency."""
        counts = ", ".join(f"count(*) FILTER (WHERE {name})" for name in FIGURES)
        return _fill(_BY_AGENCY, classified=self._classified(), counts=counts)

    def length(self, figure: str) -> str:
        """Return what counts one figure. `KeyError` for an unknown one."""
        return _fill(_LENGTH, classified=self._classified(), figure=_known(figure))

    def list(self, figure: str) -> str:
        """Return what lists the dossiers that a figure counts. `KeyError` for an unknown one."""
        return _fill(_LIST, classified=self._classified(), figure=_known(figure))

    def held(self) -> str:
        """Return what names what the followed agencies held, and at which stage."""
        return _fill(_HELD, touched=self._touched(), turns=_fill(_TURNS, roles=_ROLES))

    def _classified(self) -> str:
        which, parts, also = _HERE, list[str](), ")"
        if self.followed:
            which = f"{_HERE} AND {_UNMOVED} {_NOT_FOLLOWED}"
            parts, also = [self._touched(), _fill(_TURNS, roles=_ROLES)], _AND_FOLLOWED
        elif self.passed:
            which = f"{_HERE} AND {_UNMOVED}"
            parts, also = [self._touched()], _AND_HELD
        spread = _fill(_SPREAD + also, columns=_COLUMNS, roles=_ROLES, at=_AT)
        return "WITH " + ",\n".join([f"stayed AS ({self._dossiers(which)})", *parts, spread, _CLASSIFIED])

    def _touched(self) -> str:
        """Return those of which it must be asked who held them, with the answers."""
        which = (_PASSED, _FOLLOWED) if self.followed else (_PASSED,)
        return _fill(
            _TOUCHED,
            dossiers=" UNION ALL ".join(map(self._dossiers, which)),
            moments=", ".join(f"{moment} AS {role}_moment" for role, moment in _MOMENTS.items()),
            holders=", ".join(_fill(_HOLDER, role=role) for role in _MOMENTS),
            before=self.before,
            # Read twice only where heirs are asked for; else it need not stand in the way of a parallel plan.
            kept="MATERIALIZED " if self.followed else "",
        )

    def _dossiers(self, which: str) -> str:
        return _fill(_KNOWN, which=which, agency=self.agency, before=self.before)


def _fill(text: str, **parts: str) -> str:
    """Put texts of this module into their places; what comes from outside goes as a parameter."""
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text


def _known(figure: str) -> str:
    if figure not in FIGURES:
        raise KeyError(figure)
    return figure
