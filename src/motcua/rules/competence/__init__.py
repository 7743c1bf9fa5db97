"""Who receives and who decides a procedure at a place on a day (Luật Tổ chức chính quyền địa phương 2025).

See docs/rules/competence.md. Values and answers: `values`; agencies of all times: `agencies`; the rule: `standing`;
which procedures an agency solves: `solving`.
"""

from motcua.rules.competence.agencies import Agencies, means
from motcua.rules.competence.solving import Solving
from motcua.rules.competence.standing import Standing
from motcua.rules.competence.values import (
    DECIDING,
    Act,
    Answer,
    Competent,
    Duty,
    Source,
    Statement,
    Undecided,
    Where,
    Work,
    answer_of,
)

__all__ = [
    "DECIDING",
    "Act",
    "Agencies",
    "Answer",
    "Competent",
    "Duty",
    "Solving",
    "Source",
    "Standing",
    "Statement",
    "Undecided",
    "Where",
    "Work",
    "answer_of",
    "means",
]
