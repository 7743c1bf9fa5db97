"""The file format of one administrative procedure: what a procedure file may say, and its reader.

One JSON object per procedure; the reference is docs/rules/catalogue-format.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from typing import Final, TypeVar

from motcua.catalogue.format_records import (
    Audience,
    ChannelKind,
    ChannelRecord,
    CompetentRecord,
    ComponentGroup,
    ComponentRecord,
    KeyedWords,
    LegalBasisRecord,
    LegalKind,
    Level,
    PartialReason,
    PartialReasonKind,
    ProcedureRecord,
    Replacement,
    ReplacementKind,
    ResultRecord,
    RunBy,
    ServiceLevel,
    SupplementPolicy,
    Words,
)
from motcua.catalogue.format_values import FormatFault, Node, fee_of, limit_of, unique

__all__ = [
    "Audience",
    "ChannelKind",
    "ChannelRecord",
    "CompetentRecord",
    "ComponentGroup",
    "ComponentRecord",
    "FormatFault",
    "KeyedWords",
    "LegalBasisRecord",
    "LegalKind",
    "Level",
    "PartialReason",
    "PartialReasonKind",
    "ProcedureRecord",
    "Replacement",
    "ReplacementKind",
    "ResultRecord",
    "RunBy",
    "ServiceLevel",
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
    {"key", "vi", "en", "group", "case", "originals", "copies", "form", "replaceable_by", "required", "note"}
)
_CODE = re.compile(r"[1-9]\.[0-9]{6}(\.[0-9A-Z]+)*")
_RESULT_CODE = re.compile(r"KQ\.[A-Z][0-9]{2}\.[0-9]{6}")
_DECISION = re.compile(r"[0-9]+/QĐ-[A-ZĐ]+")
_LEGAL_NUMBER = re.compile(r"[0-9][0-9.]*/[0-9A-ZĐg/-]*[0-9A-ZĐg]")


def _words(node: Node) -> Words:
    node.allow({"vi", "en"})
    return Words(vi=node.at("vi").text(), en=node.at("en").text())


def _keyed(node: Node) -> KeyedWords:
    node.allow({"key", "vi", "en"})
    return KeyedWords(key=node.at("key").slug(), vi=node.at("vi").text(), en=node.at("en").text())


def _many(node: Node, read: Callable[[Node], T], *, empty: bool = False) -> tuple[T, ...]:
    return tuple(read(item) for item in node.items(empty=empty))


def _partial_reason(node: Node, level: ServiceLevel) -> PartialReason | None:
    if (level is ServiceLevel.PARTIAL) == (node.value is None):
        raise node.fault("partial_reason_mismatch", "a reason is given exactly when the service is partial")
    if node.value is None:
        return None
    node.allow({"kind", "basis"})
    basis = node.at("basis").text_or_none()
    return PartialReason(kind=node.at("kind").choice(PartialReasonKind), basis=basis)


def _channel(node: Node) -> ChannelRecord:
    node.allow({"channel", "case", "limit", "limit_source", "limit_doubt", "fees"})
    return ChannelRecord(
        channel=node.at("channel").choice(ChannelKind),
        case=node.at("case").slug(),
        limit=limit_of(node.at("limit")),
        limit_source=node.at("limit_source").text(),
        limit_doubt=node.at("limit_doubt").text_or_none(),
        fees=_many(node.at("fees"), fee_of),
    )


def _replacement(node: Node) -> Replacement | None:
    if node.value is None:
        return None
    node.allow({"kind", "name"})
    return Replacement(kind=node.at("kind").choice(ReplacementKind), name=node.at("name").text())


def _component(node: Node) -> ComponentRecord:
    node.allow(_COMPONENT_KEYS)
    originals = node.at("originals").whole(least=0, most=20)
    copies = node.at("copies").whole(least=0, most=20)
    if originals + copies == 0:
        raise node.at("originals").fault("no_paper", "a component asks for at least one original or copy")
    case = node.at("case")
    return ComponentRecord(
        key=node.at("key").slug(),
        name=Words(vi=node.at("vi").text(), en=node.at("en").text()),
        group=node.at("group").choice(ComponentGroup),
        case=None if case.value is None else case.slug(),
        originals=originals,
        copies=copies,
        form=node.at("form").text_or_none(),
        replaceable_by=_replacement(node.at("replaceable_by")),
        required=node.at("required").flag(),
        note=node.at("note").text_or_none(),
    )


def _result(node: Node) -> ResultRecord:
    node.allow({"code", "vi", "en"})
    code = node.at("code")
    return ResultRecord(
        code=None if code.value is None else code.matching(_RESULT_CODE, "bad_result_code"),
        name=Words(vi=node.at("vi").text(), en=node.at("en").text()),
    )


def _legal_basis(node: Node) -> LegalBasisRecord:
    node.allow({"kind", "number", "vi", "issued"})
    issued = node.at("issued")
    return LegalBasisRecord(
        kind=node.at("kind").choice(LegalKind),
        number=node.at("number").matching(_LEGAL_NUMBER, "bad_number"),
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
    unique(node.at("legal_bases"), [row.number for row in record.legal_bases], field="number")
    unique(node.at("keywords"), [word.casefold() for word in record.keywords])


def read_procedure(mapping: Mapping[str, object]) -> ProcedureRecord:
    """Return the procedure that `mapping`, the decoded JSON of one file, describes.

    Raises FormatFault, whose `path` names the place (`components[2].key`) and whose `code` names the fault.
    """
    node = Node(mapping, "")
    node.allow(_REQUIRED, optional={"conditions"})
    service_level = node.at("service_level").choice(ServiceLevel)
    decision = node.at("decision")
    record = ProcedureRecord(
        code=node.at("code").matching(_CODE, "bad_code"),
        name=_words(node.at("name")),
        domain=_keyed(node.at("domain")),
        levels=_many(node.at("levels"), lambda item: item.choice(Level)),
        service_level=service_level,
        partial_reason=_partial_reason(node.at("partial_reason"), service_level),
        audience=_many(node.at("audience"), lambda item: item.choice(Audience)),
        run_by=node.at("run_by").choice(RunBy),
        decision=None if decision.value is None else decision.matching(_DECISION, "bad_decision"),
        effective_from=node.at("effective_from").day(),
        cases=_many(node.at("cases"), _keyed),
        channels=_many(node.at("channels"), _channel),
        components=_many(node.at("components"), _component, empty=True),
        steps=_many(node.at("steps"), _words),
        results=_many(node.at("results"), _result),
        legal_bases=_many(node.at("legal_bases"), _legal_basis),
        conditions=_many(node.at("conditions"), _words, empty=True) if node.has("conditions") else (),
        competent=_many(node.at("competent"), _competent),
        supplement_policy=node.at("supplement_policy").choice(SupplementPolicy),
        keywords=_many(node.at("keywords"), Node.text),
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
