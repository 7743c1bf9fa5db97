"""Asking for a supplement: once, fully, exactly, and never for a paper the procedure does not list
(NĐ 61/2018 Điều 11 khoản 2, Điều 15 khoản 3). See docs/rules/supplement.md.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from motcua.rules.refusals import Refusal

# "Luật" alone is no ground either, but nothing shorter can name a provision.
_SHORTEST_GROUND = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one component, and what the applicant must do about it."""

    component_key: str
    fault: str
    remedy: str


@dataclass(frozen=True, slots=True)
class MoreAllowed:
    """On what ground one more request is made: the key given, those that the procedure lists, those used before."""

    ground: str
    listed: Collection[str]
    used: Collection[str]


class SupplementRefused(Refusal):
    """The request may not go out.

    Codes: not_listed, already_asked, no_such_ground, ground_used, no_ground, no_fault, no_remedy; `keys` are the
    components it is about, for not_listed also the names of papers that have no key because the procedure does not
    know them.
    """

    def __init__(self, code: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.keys = keys


def check_request(
    asked: Sequence[Fault],
    listed: Collection[str],
    ground: str,
    earlier_requests: int,
    allowed: int = 1,
    unlisted: Sequence[str] = (),
    more: MoreAllowed | None = None,
) -> None:
    """Let a sound request pass; `SupplementRefused` with the first code that applies and all its components.

    `listed` are the component keys of the procedure, `allowed` how many requests the procedure or the law of the
    day allows, `more` on what ground one beyond them is made.
    `unlisted` are names of further papers that are wanted although the procedure does not list them: what the
    law forbids outright comes before what is merely incomplete.
    """
    check_listed([item.component_key for item in asked], listed, unlisted)
    if earlier_requests >= allowed:
        _check_more(more)
    if len(ground.strip()) < _SHORTEST_GROUND:
        raise SupplementRefused("no_ground")
    if not asked:
        raise SupplementRefused("no_fault")
    at_fault = {
        "no_fault": [item.component_key for item in asked if not item.fault.strip()],
        "no_remedy": [item.component_key for item in asked if not item.remedy.strip()],
    }
    for code, keys in at_fault.items():
        if keys:
            raise SupplementRefused(code, tuple(dict.fromkeys(keys)))


def _check_more(more: MoreAllowed | None) -> None:
    if more is None or not more.ground:
        raise SupplementRefused("already_asked")
    if more.ground not in more.listed:
        raise SupplementRefused("no_such_ground")
    if more.ground in more.used:
        raise SupplementRefused("ground_used")


# "Nộp thêm sổ hộ khẩu": asking for more, and for something that is a paper.
_MORE = re.compile(
    r"\b(?:nộp|bổ sung|cung cấp|gửi|kèm|xuất trình|mang)\s+thêm\s+(?:(?:bản sao|bản chính|bản chụp|01|một|các)\s+)*"
    r"(?P<what>(?:sổ|giấy|đơn|tờ|văn bản|bản|hợp đồng|chứng|căn cước|hộ|biên bản|quyết định|xác nhận|phiếu|bằng|thẻ)\b"
    r"[^.;,:\n]{0,100})",
    re.IGNORECASE,
)
_TELLING = 3


def papers_in_words(texts: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Return the papers that free words ask for besides those called `names`, as they are written there.

    Only what is plainly asked for on top ("nộp thêm …") counts, and only where its first words stand in none of
    the names: a second copy of a listed paper is not another paper. Words can still hide a demand; this catches
    the open one.
    """
    known = [_plain(name) for name in names]
    found = []
    for text in texts:
        for match in _MORE.finditer(" ".join(text.split())):
            wanted = _plain(match["what"])
            head = " ".join(wanted.split()[:_TELLING])
            if not any(head in name or name in wanted for name in known):
                found.append(match["what"].strip())
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", text.lower()).split())


def check_listed(keys: Sequence[str], listed: Collection[str], unlisted: Sequence[str] = ()) -> None:
    """Let papers pass that the procedure lists; `SupplementRefused` (not_listed) with all others.

    Its `keys` are the keys that are not listed, then the names of `unlisted`, each once.
    """
    beyond = [key for key in keys if key not in listed]
    beyond += [name for name in (" ".join(text.split()) for text in unlisted) if name]
    if beyond:
        raise SupplementRefused("not_listed", tuple(dict.fromkeys(beyond)))
