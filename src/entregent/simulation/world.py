"""What a simulated organisation consists of, besides the activities themselves."""

from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function of the organisation."""

    slug: str
    name_fr: str
    name_en: str
    answers_for_fr: str
    answers_for_en: str


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Somebody who works there; `key` names them in the rest of the world."""

    key: str
    name: str
    email: str
    language: str
    role: str  # owner, member, guest
    function: str | None
    trusted_on: tuple[str, ...] = ()  # slugs of subjects


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What people speak of; `query` is in the language of saved queries."""

    slug: str
    name_fr: str
    name_en: str
    query: str
    function: str
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """One of its publics."""

    slug: str
    name_fr: str
    name_en: str


@dataclass(frozen=True, slots=True)
class GapFacts:
    """A time ``[start, until)`` that was not collected; None while it lasts."""

    start: datetime
    until: datetime | None
    reason: str  # a code of apps/listen/words.py REASONS


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A source, and the account of ours behind it; `our_uri` is empty for a feed of others."""

    slug: str  # begins with demo:
    network: str
    name: str
    our_uri: str = ""
    our_handle: str = ""
    our_name: str = ""
    since: date | None = None
    gaps: tuple[GapFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What a person agreed to or refused."""

    purpose: str
    basis: str
    given_at: datetime
    until: datetime | None
    proof: str


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account on a network; `person` is the index in `World.people`, or None."""

    uri: str
    network: str
    handle: str
    name: str
    language: str
    person: int | None = None
    linked_at: datetime | None = None
    link_reason: str = ""  # themselves, order, member_asked


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person whom the organisation knows."""

    name: str
    languages: tuple[str, ...]
    address_form: str
    known_since: date
    publics: tuple[str, ...] = ()
    do_not_solicit: bool = False
    consents: tuple[ConsentFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """Something promised."""

    account: str
    what: str
    made_at: datetime
    made_by: str
    due_on: date
    function: str
    kept_at: datetime | None = None
    kept_by: str | None = None
    thread: str = ""


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link, QR code or coupon code of a campaign."""

    kind: str
    code: str
    label: str
    target: str = ""
    percent_off: int | None = None
    follows: int = 0


@dataclass(frozen=True, slots=True)
class NextStepFacts:
    """One action, one owner, one date."""

    what: str
    member: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReadOutFacts:
    """A reading planned beforehand."""

    months: int
    due_on: date
    member: str
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlantedTruth:
    """What was planted: the verdict to find, in words, and the numbers behind it."""

    verdict: str  # boost_only, sustained, compounding, payback, no_effect, too_early, self_selected
    fr: str
    en: str
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign with its five lines, as written before it began."""

    slug: str
    name: str
    kind: str
    serves: str
    function: str
    owner: str
    first_day: date
    last_day: date
    metric: str
    place: str
    budget: float | None
    cost: float | None
    written_at: datetime
    launched_at: datetime
    objective: str
    in_service_of: str
    who_cares: str
    how_they_come: str
    how_measured: str
    truth: PlantedTruth
    links: tuple[LinkFacts, ...] = ()
    next_steps: tuple[NextStepFacts, ...] = ()
    read_outs: tuple[ReadOutFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class MomentFacts:
    """What is drawn on every chart: press, events, storms."""

    kind: str
    first_day: date
    last_day: date
    name_fr: str
    name_en: str


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An approved line."""

    subject: str
    text_fr: str
    text_en: str
    function: str
    until: date


@dataclass(frozen=True, slots=True)
class CrisisEntryFacts:
    """One entry of a crisis's account."""

    at: datetime
    kind: str
    text_fr: str
    text_en: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class CrisisFacts:
    """A crisis, from its room to its account."""

    name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    query: str
    entries: tuple[CrisisEntryFacts, ...]


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """A question for management; `people` are counted by the loader from `query`."""

    question_fr: str
    question_en: str
    options: tuple[tuple[str, str], ...]  # (fr, en)
    query: str
    due_on: date
    decided_at: datetime | None = None
    decided_by: str | None = None
    choice: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Something changed; who asked (accounts) and who was told when."""

    what_fr: str
    what_en: str
    done_on: date
    function: str
    asked: tuple[str, ...]
    told: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class AskFacts:
    """A question to another function, about the thread of a conversation."""

    thread: str
    asked_by: str
    function: str
    question: str
    asked_at: datetime
    due_at: datetime
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StagedFacts:
    """What happened to a thread besides its messages: who holds it, a note, why we stayed out."""

    thread: str
    member: str | None = None
    note: str = ""
    note_by: str | None = None
    left_reason: str = ""


@dataclass(frozen=True, slots=True)
class SavedQueryFacts:
    """A saved query."""

    name: str
    text: str
    function: str | None = None
    opens_conversations: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """The organisation itself."""

    name: str
    time_zone: str
    languages: tuple[str, ...]
    default_language: str
    opens_at: time
    closes_at: time
    working_days: tuple[int, ...]
    address_form: str
