"""A small invented country is built, reorganised and proved; and the proof fails where something was tampered with."""

from pathlib import Path

import pytest
from django.db import connection, transaction

from motcua.kit import sql
from motcua.ops.national.before import take
from motcua.ops.national.carrying_out import DRAFTED_AT, carry_out
from motcua.ops.national.legacy import read_country
from motcua.ops.national.plan import plan_of
from motcua.ops.national.proof import Line, prove
from motcua.ops.national.world import MONTH, build
from tests.ops.small_country import written

_OPEN = 300
pytestmark = [pytest.mark.xdist_group("national"), pytest.mark.slow]


class _Done:
    """The country after the night, to be proved as often as wanted."""

    def __init__(self, file: Path) -> None:
        self.country = read_country(file)
        self.plan = plan_of(self.country)
        build(self.country, _OPEN)
        self.before = take(drafted=DRAFTED_AT, month=MONTH)
        self.moved = carry_out(self.plan)

    def lines(self) -> dict[str, Line]:
        """Return the whole proof by the codes of its lines."""
        return {line.code: line for line in prove(self.country, self.plan, self.before)}

    def failed(self) -> set[str]:
        """Return the lines that do not hold."""
        return {code for code, line in self.lines().items() if not line.good}


@pytest.fixture
def done(db: None, tmp_path: Path) -> _Done:
    """Build the small country and let its night pass."""
    return _Done(written(tmp_path))


def test_a_country_is_reorganised_and_all_of_it_is_proved(done: _Done) -> None:
    lines = done.lines()

    assert [line.text for line in lines.values() if not line.good] == []
    assert lines["units"].figures["was"] == [3, 5, 11]
    assert lines["units"].figures["now"] == [2, 0, 6]
    assert lines["none_lost"].figures["open"] == done.moved >= _OPEN
    assert lines["none_lost"].figures["finished"] > 0
    assert 0 < lines["flagged"].figures["flagged"] < _OPEN
    _every_kind_was_there()


def _every_kind_was_there() -> None:
    """Dossiers of every state lay at every agency; some past due, some received elsewhere, some at no known place."""
    states = {state for (state,) in sql.rows("SELECT DISTINCT state FROM national_before", [])}
    agencies, elsewhere, nowhere, past = sql.rows(
        "SELECT count(DISTINCT b.competent) FILTER (WHERE b.open), count(*) FILTER (WHERE b.receiving <> b.competent), "
        "count(*) FILTER (WHERE b.place = ''), "
        "count(*) FILTER (WHERE d.due_at < d.moved_at AND d.state = 'in_progress') "
        "FROM national_before b JOIN dossiers_dossier d ON d.id = b.id",
        [],
    )[0]

    assert states == {
        "filed", "awaiting_applicant", "in_progress", "paused", "decided", "returned", "refused", "withdrawn",
    }  # fmt: skip
    assert agencies == 3 + 5 + 11
    assert all(0 < count < _OPEN for count in (elsewhere, nowhere, past))


# What somebody may do to the rows afterwards, and the lines of the proof that must fail then.
_TAMPERINGS: tuple[tuple[str, set[str]], ...] = (
    ("DELETE FROM dossiers_agencyhandover WHERE id = (SELECT min(id::text)::uuid FROM dossiers_agencyhandover)",
     {"responsible", "none_lost", "where_to"}),
    ("UPDATE dossiers_dossier SET due_at = due_at + interval '1 minute' WHERE id = "
     "(SELECT min(id::text)::uuid FROM dossiers_dossier WHERE state = 'in_progress')", {"unchanged"}),
    ("UPDATE dossiers_dossier SET promised_at = promised_at - interval '1 day' WHERE state = 'paused'",
     {"unchanged"}),
    ("UPDATE dossiers_dossier SET state = 'paused' WHERE id = (SELECT min(id::text)::uuid FROM dossiers_dossier "
     "WHERE state = 'in_progress')", {"unchanged"}),
    ("UPDATE dossiers_dossier SET number = number || 'x' WHERE id = (SELECT min(id::text)::uuid "
     "FROM dossiers_dossier WHERE number IS NOT NULL)", {"unchanged"}),
    ("UPDATE dossiers_clockrow SET due_after = due_after + interval '1 day' WHERE id = "
     "(SELECT min(id::text)::uuid FROM dossiers_clockrow WHERE due_after IS NOT NULL)", {"stayed"}),
    ("UPDATE dossiers_agencyhandover SET flagged = NOT flagged WHERE id = "
     "(SELECT min(id::text)::uuid FROM dossiers_agencyhandover)", {"flagged"}),
    ("UPDATE dossiers_agencyhandover SET effective_on = effective_on + 1", {"responsible"}),
    ("UPDATE dossiers_dossier d SET competent_agency_id = b.competent FROM national_before b WHERE b.id = d.id "
     "AND d.id = (SELECT min(id::text)::uuid FROM national_before WHERE open)",
     {"responsible", "chained"}),
    ("UPDATE dossiers_agencyhandover SET from_competent = to_competent WHERE id = "
     "(SELECT min(id::text)::uuid FROM dossiers_agencyhandover)", {"responsible", "chained", "as_it_was"}),
    ("UPDATE organisation_agencyversion SET valid_to = '2025-07-02' WHERE valid_from = '2025-07-01' "
     "AND kind = 'commune' AND territory_code LIKE '%.001'", {"responsible"}),
    ("UPDATE organisation_agencyversion SET valid_to = '2025-07-01' WHERE kind = 'district' "
     "AND valid_to IS NULL", set()),
    ("UPDATE organisation_agencyversion SET valid_to = NULL WHERE kind = 'district'", {"units"}),
    ("DELETE FROM organisation_succession WHERE predecessor_id = (SELECT agency_id FROM "
     "organisation_agencyversion WHERE kind = 'district' LIMIT 1)", {"lines_end"}),
    ("UPDATE workflow_task t SET agency_id = b.competent FROM national_before b WHERE b.id = t.subject_id "
     "AND t.completed_at IS NULL", {"tasks"}),
    ("UPDATE workflow_token t SET agency_id = b.receiving FROM national_before b WHERE b.id = t.subject_id "
     "AND b.receiving <> b.competent", {"tasks"}),
)  # fmt: skip


def test_the_proof_fails_where_something_was_tampered_with(done: _Done) -> None:
    for statement, codes in _TAMPERINGS:
        point = transaction.savepoint()
        with connection.cursor() as cursor:
            # Past the triggers, as only who owns the server can.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = origin")
        failed = done.failed()
        transaction.savepoint_rollback(point)

        assert codes <= failed, statement
        assert bool(codes) == bool(failed), statement
    assert done.failed() == set()
