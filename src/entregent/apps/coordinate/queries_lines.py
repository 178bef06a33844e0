"""What the pages of conversations are given: frozen rows, already in the words of the page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class AccountLine:
    """Who speaks: an account, and what is known of the person behind it.

    Attributes
    ----------
    name
        As they write it; their handle where there is none; empty for « compte sans nom ».
    person_id
        Of the person behind it, where the link is confirmed.
    language, address_form
        The person's, else the account's; ``tu``, ``vous``, or empty while nobody knows.
    """

    id: int
    uri: str
    network: str
    name: str
    language: str = ""
    person_id: int | None = None
    address_form: str = ""
    do_not_solicit: bool = False


@dataclass(frozen=True, slots=True)
class AskLine:
    """A question to another function.

    Attributes
    ----------
    state
        ``open``, ``answered``, ``used`` or ``withdrawn``.
    account
        Name of whoever the conversation is with.
    function, asked_by, answered_by
        Names; `answered_by` is empty while it is open.
    may_answer, may_remind, may_use
        What the viewer may do with it now.
    """

    id: int
    conversation_id: int
    account: str
    function_id: int
    function: str
    asked_by: str
    question: str
    asked_at: datetime
    due_at: datetime
    is_late: bool
    reminded_at: datetime | None
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    may_answer: bool = False
    may_remind: bool = False
    may_use: bool = False


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A conversation in a list, whether somebody waits in it or not.

    Attributes
    ----------
    first_line
        First line of the oldest words that wait for us, else of the newest of theirs; empty where
        they took it back.
    waited
        How long they wait, in working hours; None where nobody waits.
    due_at, is_late
        When an answer is due, and whether that has passed.
    function, member
        Names of who holds it; empty if nobody does.
    promise_due_on
        Day of the promise to this account that is due first.
    ask
        The question to another function that is under way.
    """

    id: int
    account: AccountLine
    network: str
    is_public: bool
    state: str
    first_line: str
    language: str
    last_at: datetime
    waiting_since: datetime | None
    waited: timedelta | None
    due_at: datetime | None
    is_late: bool
    function_id: int | None
    function: str
    member_id: int | None
    member: str
    subject_id: int | None
    state_of_mind: str
    intents: tuple[str, ...]
    promise_due_on: date | None = None
    ask: AskLine | None = None
    left_reason: str = ""

    @property
    def conversation_id(self) -> int:
        """The conversation's number."""
        return self.id

    @property
    def name(self) -> str:
        """Who waits; empty for « compte sans nom »."""
        return self.account.name


@dataclass(frozen=True, slots=True)
class ConversationsPage:
    """One page of conversations; `total` counts all that the filter finds."""

    lines: list[WaitingLine]
    number: int
    total: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One text of a conversation.

    Attributes
    ----------
    name
        Theirs, or that of the member of ours who wrote it (empty where nobody knows).
    is_withdrawn
        They took it back: there is no text.
    state_of_mind, words
        The machine's label, empty for « Je ne sais pas », and ``(start, end, weight)`` of the
        words that decided it: offsets in `text`.
    intents, intent_words
        Codes, and the words that told each.
    sending
        Of ours: empty once it has left, else ``approved``, ``sending``, ``failed`` or ``unknown``.
    error
        Code of why it did not leave.
    """

    id: int
    object_id: str
    is_ours: bool
    name: str
    text: str
    at: datetime
    language: str
    is_withdrawn: bool
    state_of_mind: str
    words: tuple[tuple[int, int, float], ...]
    intents: tuple[str, ...]
    intent_words: tuple[tuple[str, ...], ...]
    sending: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What a colleague noted."""

    id: int
    member: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A reply being written.

    Attributes
    ----------
    state
        ``writing``, ``to_approve`` or ``refused``.
    member, approver
        Names.
    may_approve
        Whether the viewer is asked to approve it.
    """

    id: int
    conversation_id: int
    member_id: int
    member: str
    text: str
    language: str
    is_public: bool
    state: str
    changed_at: datetime
    because: str
    warnings: tuple[str, ...]
    approver_id: int | None
    approver: str
    asked_approval_at: datetime | None
    refusal: str
    may_approve: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Why a conversation is where it is; `sentence` says it in the language of the page."""

    rule: str
    words: tuple[str, ...]
    subject: str
    sentence: str
    answerers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldLine:
    """Something that we told them."""

    conversation_id: int
    at: datetime
    text: str
    language: str
    member: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class ApprovedLineFacts:
    """An approved line, in both languages; `until` is its last day."""

    id: int
    subject_id: int
    text_fr: str
    text_en: str
    function: str
    until: date

    def text(self, language: str) -> str:
        """The line in a language; French unless it is English."""
        return self.text_en if language == "en" else self.text_fr


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A colleague."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ConversationSheet:
    """A conversation with all that its page shows.

    Attributes
    ----------
    line
        As in a list.
    thread
        URI of the thread at its network.
    messages, notes, asks
        Oldest first.
    draft
        The viewer's own.
    others_drafts
        Those of colleagues, to read or to approve.
    language
        In which to answer: the person's, else that of their last words, else the house's.
    address_form
        ``tu`` or ``vous``: theirs, else the house's.
    may_act
        Whether the viewer may note, assign, ask, leave: guests only write drafts.
    answers_alone
        Whether the viewer's answer leaves without approval here.
    refusal
        Why nothing can be sent: empty, or ``no_channel``, ``window_closed``, ``guest``.
    trusted_on
        Names of the subjects on which the viewer answers without approval.
    approvers, usual_approval
        Who may approve, and how long that took at the median; None without a past.
    lines
        Approved lines on the subject that hold today.
    told
        The last three things that we told them.
    ask_function_id, ask_question
        What « Demander à une fonction » proposes.
    signature
        What is put under the viewer's answer, in the language of their draft.
    """

    line: WaitingLine
    thread: str
    our_uri: str
    subject: str
    reason: ReasonLine
    messages: list[MessageLine]
    notes: list[NoteLine]
    asks: list[AskLine]
    draft: DraftLine | None
    others_drafts: list[DraftLine]
    language: str
    address_form: str
    window_until: datetime | None
    first_answer_at: datetime | None
    may_act: bool
    answers_alone: bool
    refusal: str
    trusted_on: list[str]
    approvers: list[MemberLine]
    usual_approval: timedelta | None
    lines: list[ApprovedLineFacts]
    told: list[ToldLine]
    ask_function_id: int | None
    ask_question: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What the memory check found: one sentence with its evidence, and what would mend it.

    Attributes
    ----------
    code
        As `memory_check.Finding`.
    is_block
        It cannot be overruled with a reason.
    remedy
        Empty for warnings: they are corrected, or overruled.
    """

    code: str
    is_block: bool
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option of a decision; `index` is what `decide` takes."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A question for management; `people` spoke of it."""

    id: int
    question: str
    options: tuple[OptionLine, ...]
    people: int
    due_on: date
    decided_at: datetime | None
    decided_by: str
    choice: OptionLine | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Something changed because people asked; `left` is how many are not told yet."""

    id: int
    what: str
    done_on: date
    function: str
    asked: int
    told: int
    left: int


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """A crisis in a list; `held_back` is how many scheduled texts its freeze holds now."""

    id: int
    name: str
    opened_at: datetime
    closed_at: datetime | None
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class CrisisEntryLine:
    """One entry: `kind` is event, alert, freeze, line, mistake, decision or after."""

    at: datetime
    kind: str
    text: str
    member: str


@dataclass(frozen=True, slots=True)
class CrisisSheet:
    """A crisis: its room while it is open, its account afterwards; entries oldest first."""

    id: int
    name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    query: str
    entries: list[CrisisEntryLine]
    is_frozen: bool
    held_back: int
    may_act: bool
    may_close: bool


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """How many people a function answered."""

    function_id: int
    function: str
    people: int
