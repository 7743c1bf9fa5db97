"""What a procedure file says once it is read: frozen records and the values they may hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """Level of government that handles the procedure."""

    COMMUNE = "commune"
    PROVINCE = "province"
    MINISTRY = "ministry"


class ServiceLevel(StrEnum):
    """How far the procedure can be done online (Decree 224/2026/NĐ-CP, article 14)."""

    INFORMATION = "information"
    PARTIAL = "partial"
    FULL = "full"
    # A foreign source that does not say; nothing is filed online here until a person does.
    UNSTATED = "unstated"


class PartialReasonKind(StrEnum):
    """Closed list of reasons that allow a procedure to be only partly online."""

    PRESENCE_REQUIRED = "presence_required"
    ON_SITE_CHECK = "on_site_check"
    TECHNICAL_FAILURE = "technical_failure"
    OTHER_TECHNICAL = "other_technical"


class Audience(StrEnum):
    """Who may ask for the procedure."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    FOREIGNER = "foreigner"
    OVERSEAS_VIETNAMESE = "overseas_vietnamese"
    ORGANISATION = "organisation"
    COOPERATIVE = "cooperative"
    OFFICIAL = "official"


class RunBy(StrEnum):
    """Whose system handles the dossiers; only `local` ones are handled by the province's own."""

    LOCAL = "local"
    MINISTRY_SYSTEM = "ministry_system"
    NATIONAL_PORTAL = "national_portal"


class ChannelKind(StrEnum):
    """Way in which a dossier arrives."""

    ONLINE = "online"
    COUNTER = "counter"
    POST = "post"


class ComponentGroup(StrEnum):
    """Whether a paper is handed in or only shown."""

    SUBMIT = "submit"
    SHOW = "show"


class ReplacementKind(StrEnum):
    """Where the data that replace a paper come from: a database, or the result of another procedure."""

    DATABASE = "database"
    RESULT = "result"


class SupplementPolicy(StrEnum):
    """What a request for supplement does to the running limit."""

    RESTART = "restart"
    SHIFT = "shift"
    RESUME = "resume"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SupplementGround:
    """A ground on which the law of this procedure allows one more request for supplement."""

    key: str
    name: Words
    basis: str


@dataclass(frozen=True, slots=True)
class DeadlinePolicy:
    """What this procedure says of its clock beyond the law for all: None where it says nothing.

    `extensions` is how often an appointed date may be moved, `supplements` how often a supplement may be asked
    for, `grounds` on what one more request is allowed; `basis` is the act.
    """

    extensions: int | None
    supplements: int | None
    grounds: tuple[SupplementGround, ...]
    basis: str


class Layout(StrEnum):
    """Foreign layout from which a content was read."""

    PORTAL_CRAWL = "portal_crawl"
    PORTAL_API = "portal_api"
    NATIONAL_DATABASE = "national_database"


class LegalKind(StrEnum):
    """Kind of legal document, in the words of the law."""

    CODE = "Bộ luật"
    LAW = "Luật"
    ORDINANCE = "Pháp lệnh"
    RESOLUTION = "Nghị quyết"
    DECREE = "Nghị định"
    DECISION = "Quyết định"
    CIRCULAR = "Thông tư"
    JOINT_CIRCULAR = "Thông tư liên tịch"


@dataclass(frozen=True)
class Words:
    """One text in Vietnamese and English; the Vietnamese stands in where no English is given."""

    vi: str
    en: str


@dataclass(frozen=True)
class KeyedWords:
    """A key with its text in both languages (a domain or a case)."""

    key: str
    vi: str
    en: str


@dataclass(frozen=True)
class PartialReason:
    """Why the procedure is only partly online, with the legal basis where one is known."""

    kind: PartialReasonKind
    basis: str | None


@dataclass(frozen=True)
class Origin:
    """Where an imported content came from."""

    layout: Layout
    url: str | None


@dataclass(frozen=True)
class AgencyNames:
    """Agencies as the source spells them, and the address where it says dossiers are received."""

    executing: tuple[str, ...]
    deciding: tuple[str, ...]
    delegated: tuple[str, ...]
    coordinating: tuple[str, ...]
    address: str | None


@dataclass(frozen=True)
class Phase:
    """One stretch of a limit that runs in stretches; `limit` None where its length could not be read."""

    name: str
    limit: dict[str, object] | None


@dataclass(frozen=True)
class Extension:
    """By how much the source lets a limit be extended; `limit` None where that could not be read."""

    limit: dict[str, object] | None
    source: str


@dataclass(frozen=True)
class ChannelRecord:
    """One way to file in one case: its limit as `Limit.from_json` reads it, its fees as `fee_rule` does.

    `limit` None without a doubt means that no limit is fixed, with one that it could not be read.
    `limit_doubt` says why a limit must be confirmed by a person, `fee_doubt` the same of the fees.
    """

    channel: ChannelKind
    case: str
    limit: dict[str, object] | None
    limit_source: str
    limit_doubt: str | None
    fees: tuple[dict[str, object], ...]
    fee_source: str | None = None
    fee_doubt: str | None = None
    note: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    extension: Extension | None = None

    @property
    def limit_unread(self) -> bool:
        """Whether the source states a limit that could not be read, so that nothing can be promised."""
        return self.limit is None and self.limit_doubt is not None


@dataclass(frozen=True)
class Replacement:
    """The data that make a paper unnecessary."""

    kind: ReplacementKind
    name: str


@dataclass(frozen=True)
class ComponentRecord:
    """One paper of the dossier; `case` None means that every case needs it.

    `when` names a case of the source that is none of the procedure's own. No original and no copy is asked
    for only where `doubt` says that the number could not be read.
    """

    key: str
    name: Words
    group: ComponentGroup
    case: str | None
    originals: int
    copies: int
    form: str | None
    replaceable_by: Replacement | None
    required: bool
    note: str | None
    code: str | None = None
    source: str | None = None
    form_file: str | None = None
    when: str | None = None
    doubt: str | None = None

    @property
    def unread(self) -> bool:
        """Whether it is not certain that this line of the source is a paper, or how many: nobody may ask for it."""
        return self.doubt is not None


@dataclass(frozen=True)
class ResultRecord:
    """One result of the procedure, with its national result code where it has one."""

    code: str | None
    name: Words


@dataclass(frozen=True)
class LegalBasisRecord:
    """One legal document on which the procedure rests; kind and number are missing only in imported ones."""

    kind: LegalKind | None
    number: str | None
    title: str
    issued: date | None


@dataclass(frozen=True)
class CompetentRecord:
    """Who decides: every agency of a level, or one agency by its key.

    `body` names a body outside the committee itself (police, social insurance).
    """

    level: Level | None
    agency: str | None
    body: Words | None


@dataclass(frozen=True)
class ProcedureRecord:
    """Everything one procedure file says; texts are NFC without invisible characters."""

    code: str
    name: Words
    domain: KeyedWords
    levels: tuple[Level, ...]
    service_level: ServiceLevel
    partial_reason: PartialReason | None
    audience: tuple[Audience, ...]
    run_by: RunBy
    decision: str | None
    effective_from: date
    cases: tuple[KeyedWords, ...]
    channels: tuple[ChannelRecord, ...]
    components: tuple[ComponentRecord, ...]
    steps: tuple[Words, ...]
    results: tuple[ResultRecord, ...]
    legal_bases: tuple[LegalBasisRecord, ...]
    conditions: tuple[Words, ...]
    competent: tuple[CompetentRecord, ...]
    supplement_policy: SupplementPolicy
    keywords: tuple[str, ...]
    origin: Origin | None = None
    kind: str | None = None
    agencies: AgencyNames | None = None
    deadline_policy: DeadlinePolicy | None = None

    def channels_of(self, case: str) -> tuple[ChannelRecord, ...]:
        """Return the channels of one case, in the order of the file."""
        return tuple(row for row in self.channels if row.case == case)

    def components_of(self, case: str) -> tuple[ComponentRecord, ...]:
        """Return the papers that a dossier of this case needs, in the order of the file."""
        return tuple(row for row in self.components if row.case in (None, case))
