"""Who does a step: the function of a post here, or another agency. See docs/rules/iso-processes.md."""

import re
from dataclasses import dataclass

from motcua.kit.text import fold, squeeze

RECEIVER, SPECIALIST, HEAD, LEADER = "receiver", "specialist", "head", "leader"
FUNCTIONS = (RECEIVER, SPECIALIST, HEAD, LEADER)
PARTNER = "partner"

# The first that fits, an agency before a specialist; on folded text, so that case and tone marks don't matter.
_WORDS: tuple[tuple[str, str], ...] = (
    (RECEIVER, r"tiep nhan|tra ket qua|mot cua|trung tam (?:phuc vu )?hanh chinh cong|bptn"),
    ("clerk", r"van thu"),
    (HEAD, r"truong phong|lanh dao phong|phu trach phong|lanh dao van phong|chanh van phong|truong ban"),
    (LEADER, r"lanh dao|chu tich|giam doc|cong chung vien|chi cuc truong|nguoi co tham quyen"),
    (
        PARTNER,
        r"^(?:so|uy ban|ubnd|cong an|cuc|tong cuc|chi cuc|bo(?! phan)|thue|bao hiem|toa an|vien kiem sat"
        r"|ban quan ly|hoi dong|co quan|kho bac)",
    ),
    (SPECIALIST, r"cong chuc|chuyen vien|can bo|tham dinh vien|vien chuc|phong|van phong|bo phan"),
)
_KNOWN = tuple((function, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for function, words in _WORDS)
_COUNCIL = re.compile(r"^(?:uy ban|ubnd)\b")
_AND = re.compile(r"\s*(?:;|/|,| và )\s*")


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does a step: `function` (empty where unknown, `partner` for another agency) and the name of the partner.

    `clerk` tells that it is the clerk who seals (văn thư), `council` that the people's committee itself is named, so
    that whoever signs for it may be meant. `own` tells that the agency that wrote the text is named as a whole.
    """

    function: str
    partner: str = ""
    clerk: bool = False
    council: bool = False
    own: bool = False


def read_doer(who: str, *, issuer: str = "") -> Doer:
    """Tell who does a step; `issuer` is the agency that wrote the text, whose own name means its specialists.

    A clerk's work is the receiver's: there is no function of its own for it.
    """
    named = fold(who)
    function = next((function for function, words in _KNOWN if words.search(named)), "")
    if function == PARTNER:
        return _agency(squeeze(who), fold(issuer))
    clerk = function == "clerk"
    return Doer(RECEIVER if clerk else function, clerk=clerk)


def _agency(who: str, issuer: str) -> Doer:
    first = fold(_AND.split(who)[0])
    if issuer and first == issuer:
        return Doer(SPECIALIST, own=True)
    return Doer(PARTNER, partner=who, council=_COUNCIL.search(first) is not None)
