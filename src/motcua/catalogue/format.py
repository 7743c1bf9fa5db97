"""The file format of one administrative procedure: what a procedure file may say, and its reader.

One JSON object per procedure; the reference is docs/rules/catalogue-format.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import resources
from typing import Final, TypeVar

from motcua.catalogue.format_records import (
    AgencyNames,
    Audience,
    ChannelKind,
    ChannelRecord,
    CompetentRecord,
    ComponentGroup,
    ComponentRecord,
    DeadlinePolicy,
    Extension,
    KeyedWords,
    Layout,
    LegalBasisRecord,
    LegalKind,
    Level,
    Origin,
    PartialReason,
    PartialReasonKind,
    Phase,
    ProcedureRecord,
    Replacement,
    ReplacementKind,
    ResultRecord,
    RunBy,
    ServiceLevel,
    SupplementGround,
    SupplementPolicy,
    Words,
)
from motcua.catalogue.format_values import (
    PROCEDURE_CODE,
    RESULT_CODE,
    FormatFault,
    Node,
    fee_of,
    limit_of,
    unique,
)

__all__ = [
    "AgencyNames",
    "Audience",
    "ChannelKind",
    "ChannelRecord",
    "CompetentRecord",
    "ComponentGroup",
    "ComponentRecord",
    "DeadlinePolicy",
    "Extension",
    "FormatFault",
    "KeyedWords",
    "Layout",
    "LegalBasisRecord",
    "LegalKind",
    "Level",
    "Origin",
    "PartialReason",
    "PartialReasonKind",
    "Phase",
    "ProcedureRecord",
    "Replacement",
    "ReplacementKind",
    "ResultRecord",
    "RunBy",
    "ServiceLevel",
    "SupplementGround",
    "SupplementPolicy",
    "Words",
    "library",
    "library_contents",
    "read_file",
    "read_procedure",
]

T = TypeVar("T")

_REQUIRED: Final = frozenset(
    {"code", "name", "domain", "levels", "service_level", "partial_reason", "audience", "run_by", "decision"}
    | {"effective_from", "cases", "channels", "components", "steps", "results", "legal_bases", "competent"}
    | {"supplement_policy", "keywords"}
)
_COMPONENT_KEYS: Final = frozenset(
    {"key", "vi", "group", "case", "originals", "copies", "form", "replaceable_by", "required", "note"}
)
_DECISION = re.compile(r"[0-9]+/QĐ-[A-ZĐ]+")
_LEGAL_NUMBER = re.compile(r"[0-9][0-9.]*/[0-9A-ZĐg/-]*[0-9A-ZĐg]")


def _words(node: Node) -> Words:
    node.allow({"vi"}, optional={"en"})
    vi, en = _both(node)
    return Words(vi=vi, en=en)


def _both(node: Node) -> tuple[str, str]:
    """Return a text in both languages; where no English is given the Vietnamese stands in."""
    vi = node.at("vi").text()
    return vi, node.at("en").text_or_none() or vi


def _keyed(node: Node) -> KeyedWords:
    node.allow({"key", "vi"}, optional={"en"})
    vi, en = _both(node)
    return KeyedWords(key=node.at("key").slug(), vi=vi, en=en)


def _many(node: Node, read: Callable[[Node], T], *, empty: bool = False) -> tuple[T, ...]:
    return tuple(read(item) for item in node.items(empty=empty))


def _optional(node: Node, key: str, read: Callable[[Node], T]) -> tuple[T, ...]:
    """Read a list that may be left out, and may be empty."""
    return _many(node.at(key), read, empty=True) if node.has(key) else ()


def _partial_reason(node: Node, level: ServiceLevel) -> PartialReason | None:
    if (level is ServiceLevel.PARTIAL) == (node.value is None):
        raise node.fault("partial_reason_mismatch", "a reason is given exactly when the service is partial")
    if node.value is None:
        return None
    node.allow({"kind", "basis"})
    basis = node.at("basis").text_or_none()
    return PartialReason(kind=node.at("kind").choice(PartialReasonKind), basis=basis)


def _channel(node: Node) -> ChannelRecord:
    node.allow(
        {"channel", "case", "limit", "limit_source", "limit_doubt", "fees"},
        optional={"fee_source", "fee_doubt", "note", "phases", "extension"},
    )
    return ChannelRecord(
        channel=node.at("channel").choice(ChannelKind),
        case=node.at("case").slug(),
        limit=limit_of(node.at("limit")),
        limit_source=node.at("limit_source").text(),
        limit_doubt=node.at("limit_doubt").text_or_none(),
        fees=_many(node.at("fees"), fee_of),
        fee_source=node.at("fee_source").text_or_none(),
        fee_doubt=node.at("fee_doubt").text_or_none(),
        note=_optional(node, "note", Node.text),
        phases=_optional(node, "phases", _phase),
        extension=_extension(node.at("extension")),
    )


def _phase(node: Node) -> Phase:
    node.allow({"vi", "limit"})
    return Phase(name=node.at("vi").text(), limit=limit_of(node.at("limit")))


def _extension(node: Node) -> Extension | None:
    if node.value is None:
        return None
    node.allow({"limit", "source"})
    return Extension(limit=limit_of(node.at("limit")), source=node.at("source").text())


def _replacement(node: Node) -> Replacement | None:
    if node.value is None:
        return None
    node.allow({"kind", "name"})
    return Replacement(kind=node.at("kind").choice(ReplacementKind), name=node.at("name").text())


def _component(node: Node) -> ComponentRecord:
    node.allow(_COMPONENT_KEYS, optional={"en", "code", "source", "form_file", "when", "doubt"})
    originals = node.at("originals").whole(least=0, most=99)
    copies = node.at("copies").whole(least=0, most=99)
    doubt = node.at("doubt").text_or_none()
    if originals + copies == 0 and doubt is None:
        raise node.at("originals").fault("no_paper", "a component asks for at least one original or copy")
    case = node.at("case")
    return ComponentRecord(
        key=node.at("key").slug(),
        name=Words(*_both(node)),
        group=node.at("group").choice(ComponentGroup),
        case=None if case.value is None else case.slug(),
        originals=originals,
        copies=copies,
        form=node.at("form").text_or_none(),
        replaceable_by=_replacement(node.at("replaceable_by")),
        required=node.at("required").flag(),
        note=node.at("note").text_or_none(),
        code=node.at("code").text_or_none(),
        source=node.at("source").text_or_none(),
        form_file=node.at("form_file").text_or_none(),
        when=node.at("when").text_or_none(),
        doubt=doubt,
    )


def _result(node: Node) -> ResultRecord:
    node.allow({"code", "vi"}, optional={"en"})
    code = node.at("code")
    return ResultRecord(
        code=None if code.value is None else code.matching(RESULT_CODE, "bad_result_code"),
        name=Words(*_both(node)),
    )


def _legal_basis(node: Node, *, imported: bool) -> LegalBasisRecord:
    node.allow({"kind", "number", "vi", "issued"})
    issued, kind, number = node.at("issued"), node.at("kind"), node.at("number")
    return LegalBasisRecord(
        kind=None if kind.value is None and imported else kind.choice(LegalKind),
        number=None if number.value is None and imported else number.matching(_LEGAL_NUMBER, "bad_number"),
        title=node.at("vi").text(),
        issued=None if issued.value is None else issued.day(),
    )


def _competent(node: Node) -> CompetentRecord:
    node.allow(set(), optional={"level", "agency", "body"})
    if node.has("level") == node.has("agency"):
        raise node.fault("level_or_agency", "name a level or an agency, one of the two")
    return CompetentRecord(
        level=node.at("level").choice(Level) if node.has("level") else None,
        agency=node.at("agency").slug() if node.has("agency") else None,
        body=_words(node.at("body")) if node.has("body") else None,
    )


def _decision(node: Node, *, imported: bool) -> str | None:
    if node.value is None:
        return None
    return node.text() if imported else node.matching(_DECISION, "bad_decision")


def _origin(node: Node) -> Origin | None:
    if node.value is None:
        return None
    node.allow({"layout", "url"})
    return Origin(layout=node.at("layout").choice(Layout), url=node.at("url").text_or_none())


def _agencies(node: Node) -> AgencyNames | None:
    if node.value is None:
        return None
    node.allow({"executing", "deciding", "delegated", "coordinating", "address"})
    return AgencyNames(
        executing=_many(node.at("executing"), Node.text, empty=True),
        deciding=_many(node.at("deciding"), Node.text, empty=True),
        delegated=_many(node.at("delegated"), Node.text, empty=True),
        coordinating=_many(node.at("coordinating"), Node.text, empty=True),
        address=node.at("address").text_or_none(),
    )


def _deadline_policy(node: Node) -> DeadlinePolicy | None:
    if node.value is None:
        return None
    node.allow({"basis"}, optional={"extensions", "supplements", "grounds"})
    return DeadlinePolicy(
        extensions=node.at("extensions").whole(least=0, most=9) if node.has("extensions") else None,
        supplements=node.at("supplements").whole(least=0, most=9) if node.has("supplements") else None,
        grounds=_optional(node, "grounds", _ground),
        basis=node.at("basis").text(),
    )


def _ground(node: Node) -> SupplementGround:
    node.allow({"key", "vi", "basis"}, optional={"en"})
    return SupplementGround(node.at("key").slug(), Words(*_both(node)), node.at("basis").text())


def _check_cases(node: Node, record: ProcedureRecord) -> None:
    known = {case.key for case in record.cases}
    for index, channel in enumerate(record.channels):
        if channel.case not in known:
            here = node.at("channels").item(index).at("case")
            raise here.fault("unknown_case", f"no case {channel.case!r}")
    for index, component in enumerate(record.components):
        if component.case is not None and component.case not in known:
            here = node.at("components").item(index).at("case")
            raise here.fault("unknown_case", f"no case {component.case!r}")
    for index, case in enumerate(record.cases):
        if not record.channels_of(case.key):
            here = node.at("cases").item(index)
            raise here.fault("case_without_channel", f"no channel serves the case {case.key!r}")


def _check_unique(node: Node, record: ProcedureRecord) -> None:
    unique(node.at("levels"), record.levels)
    unique(node.at("audience"), record.audience)
    unique(node.at("cases"), [case.key for case in record.cases], field="key")
    unique(node.at("channels"), [(row.channel, row.case) for row in record.channels], field="channel")
    unique(node.at("components"), [row.key for row in record.components], field="key")
    numbers = [row.number or f"({index})" for index, row in enumerate(record.legal_bases)]
    unique(node.at("legal_bases"), numbers, field="number")
    unique(node.at("keywords"), [word.casefold() for word in record.keywords])


def read_procedure(mapping: Mapping[str, object]) -> ProcedureRecord:
    """Return the procedure that `mapping`, the decoded JSON of one file, describes.

    Raises FormatFault, whose `path` names the place (`components[2].key`) and whose `code` names the fault.
    """
    node = Node(mapping, "")
    node.allow(_REQUIRED, optional={"conditions", "origin", "kind", "agencies", "deadline_policy"})
    origin = _origin(node.at("origin"))
    imported = origin is not None
    service_level = node.at("service_level").choice(ServiceLevel)
    decision = node.at("decision")
    record = ProcedureRecord(
        code=node.at("code").matching(PROCEDURE_CODE, "bad_code"),
        name=_words(node.at("name")),
        domain=_keyed(node.at("domain")),
        levels=_many(node.at("levels"), lambda item: item.choice(Level), empty=imported),
        service_level=service_level,
        partial_reason=_partial_reason(node.at("partial_reason"), service_level),
        audience=_many(node.at("audience"), lambda item: item.choice(Audience), empty=imported),
        run_by=node.at("run_by").choice(RunBy),
        decision=_decision(decision, imported=imported),
        effective_from=node.at("effective_from").day(),
        cases=_many(node.at("cases"), _keyed),
        channels=_many(node.at("channels"), _channel),
        components=_many(node.at("components"), _component, empty=True),
        steps=_many(node.at("steps"), _words, empty=imported),
        results=_many(node.at("results"), _result, empty=imported),
        legal_bases=_many(node.at("legal_bases"), partial(_legal_basis, imported=imported), empty=imported),
        conditions=_many(node.at("conditions"), _words, empty=True) if node.has("conditions") else (),
        competent=_many(node.at("competent"), _competent, empty=imported),
        supplement_policy=node.at("supplement_policy").choice(SupplementPolicy),
        keywords=_many(node.at("keywords"), Node.text, empty=imported),
        origin=origin,
        kind=node.at("kind").text_or_none(),
        agencies=_agencies(node.at("agencies")),
        deadline_policy=_deadline_policy(node.at("deadline_policy")),
    )
    _check_unique(node, record)
    _check_cases(node, record)
    return record


def _no_duplicate_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise FormatFault(path=key, code="duplicate_key", message=f"the key {key!r} is written twice")
        found[key] = value
    return found


def read_file(name: str, text: str) -> ProcedureRecord:
    """Return the procedure in the file `name` (`<code>.json`) whose content is `text`.

    Raises FormatFault with the file name in front of the path.
    """
    try:
        record = read_procedure(json.loads(text, object_pairs_hook=_no_duplicate_keys))
    except json.JSONDecodeError as error:
        raise FormatFault(path=f"{name}:", code="not_json", message=str(error)) from error
    except FormatFault as fault:
        raise FormatFault(path=f"{name}:{fault.path}", code=fault.code, message=fault.message) from fault
    if name != f"{record.code}.json":
        raise FormatFault(path=f"{name}:code", code="file_name_mismatch", message=f"holds {record.code}")
    return record


def library_contents() -> Iterator[dict[str, object]]:
    """Yield the contents of the procedures delivered with the product, ordered by code, each one read first.

    Raises FormatFault naming the file when one of them is wrong.
    """
    folder = resources.files("motcua.catalogue").joinpath("library")
    files = {item.name: item for item in folder.iterdir() if item.name.endswith(".json")}
    for name in sorted(files):
        text = files[name].read_text(encoding="utf-8")
        read_file(name, text)
        yield json.loads(text)


def library() -> Iterator[ProcedureRecord]:
    """Yield the procedures delivered with the product, ordered by code; FormatFault as `library_contents`."""
    for content in library_contents():
        yield read_procedure(content)
