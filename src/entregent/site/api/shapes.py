"""Shapes of the answers, which are also their description."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

_Part = dict[str, object]


def _said(text: str) -> object:
    return Field(description=text)


class Problem(Schema):
    """What went wrong, in one sentence (RFC 9457)."""

    type: Annotated[str, _said("Always about:blank.")]
    title: Annotated[str, _said("Name of the status.")]
    status: int
    detail: Annotated[str, _said("One sentence, in the language asked for.")]
    code: Annotated[str, _said("Why, for programs, such as no_scope.")]


class Thing(Schema):
    """What an activity is about."""

    id: Annotated[str | None, _said("Its URI.")]
    type: Annotated[str | None, _said("Such as Note, Article, Page; Tombstone once it is gone.")]
    name: str | None
    text: Annotated[
        str | None, _said("Its words without markup; never HTML, and hostile as it came.")
    ]
    language: Annotated[str | None, _said("Declared by its origin.")]
    url: str | None
    author: Annotated[str | None, _said("URI of the account that wrote it.")]
    in_reply_to: str | None
    thread: Annotated[str | None, _said("URI of the conversation that it stands in.")]


class Activity(Schema):
    """One thing that was done or said, in its present state."""

    id: Annotated[str, _said("URI at its origin, or made here.")]
    type: Annotated[str, _said("ActivityStreams type, such as Create, Like, Follow, View.")]
    network: str
    source: Annotated[str, _said("The connector that told it.")]
    actor: Annotated[str | None, _said("URI of the account; null for an anonymous trace.")]
    published: Annotated[datetime | None, _said("When it was done; null where nobody says.")]
    received_at: Annotated[datetime, _said("When it was learnt.")]
    audience: Annotated[
        Literal["public", "unlisted", "followers", "direct", "unknown"], _said("Who could read it.")
    ]
    voluntary: Annotated[bool, _said("True for speech and acts towards others, false for a trace.")]
    reaction: Annotated[str | None, _said("The emoji of a reaction.")]
    object: Thing
    instrument: Annotated[
        _Part | None, _said("By what it was done: a code, a link (ActivityStreams).")
    ]
    location: Annotated[_Part | None, _said("Where (ActivityStreams).")]
    deleted: Annotated[datetime | None, _said("When its object was taken back.")]
    undone: Annotated[datetime | None, _said("When it was undone.")]


class Activities(Schema):
    """A page of activities, oldest first."""

    items: list[Activity]
    next: Annotated[str | None, _said("Cursor of the next page; null at the end.")]


class AccountOfPerson(Schema):
    """An account on a network; a person's only where the link is confirmed."""

    id: int
    uri: str
    network: str
    handle: str
    name: str


class Consent(Schema):
    """What a person agreed to or refused."""

    purpose: Annotated[str, _said("email, profile, contest or share_words.")]
    basis: Annotated[str, _said("express, purchase, inquiry or refused.")]
    given_at: datetime
    until: datetime | None
    withdrawn_at: datetime | None
    holds: Annotated[bool, _said("Whether it allows anything now.")]


class OpenPromise(Schema):
    """What we promised and have not kept yet."""

    id: int
    what: str
    due_on: date
    function: Annotated[str, _said("Slug of the function that holds it.")]


class Person(Schema):
    """A person whom the house knows. There is no score, no rank and no type."""

    id: int
    name: str
    languages: list[str]
    address_form: Annotated[str, _said("tu or vous; empty while nobody knows.")]
    known_since: date
    do_not_solicit: Annotated[bool, _said("They may write to us; we do not address them first.")]
    publics: Annotated[list[str], _said("Slugs.")]
    accounts: list[AccountOfPerson]
    consents: list[Consent]
    open_promises: list[OpenPromise]


class People(Schema):
    """A page of people, in the order in which they became known."""

    items: list[Person]
    next: Annotated[str | None, _said("Cursor of the next page; null at the end.")]


class Message(Schema):
    """One text of a conversation."""

    id: int
    object_id: Annotated[str, _said("Its URI.")]
    is_ours: bool
    at: datetime
    text: Annotated[str | None, _said("Without markup; null where it was taken back.")]
    language: Annotated[str | None, _said("Null for undetermined.")]
    state_of_mind: Annotated[
        str | None, _said("positive, negative, mixed or neutral; null for I do not know.")
    ]
    state_of_mind_by: Annotated[
        Literal["machine", "member"] | None,
        _said("Who says so: a member's correction counts first."),
    ]
    intents: Annotated[list[str], _said("question, complaint, praise, purchase, job, press…")]


class Conversation(Schema):
    """One thread between somebody and us, public or private, never both."""

    id: int
    network: str
    side: Literal["public", "private"]
    state: Annotated[str, _said("waiting, answered, closed or left.")]
    account: AccountOfPerson
    our_uri: Annotated[str | None, _said("The account of ours that was addressed.")]
    language: str | None
    state_of_mind: str | None
    intents: list[str]
    subject: Annotated[str | None, _said("Slug.")]
    function: Annotated[str | None, _said("Slug of the function that holds it.")]
    opened_at: datetime
    last_at: datetime
    waiting_since: Annotated[datetime | None, _said("Null while nobody waits for us.")]
    due_at: datetime | None
    first_answer_at: datetime | None
    left_reason: Annotated[str | None, _said("Why we stayed out of it.")]


class ConversationWithMessages(Conversation):
    """A conversation with its messages, oldest first."""

    messages: list[Message]


class Conversations(Schema):
    """A page of conversations, in the order in which they were opened here."""

    items: list[Conversation]
    next: Annotated[str | None, _said("Cursor of the next page; null at the end.")]


class Interval(Schema):
    """An estimate between two bounds: right as often as the campaign's level says."""

    estimate: float
    low: float
    high: float


class Sentence(Schema):
    """One sentence in both languages."""

    fr: str
    en: str


class Window(Schema):
    """A stretch of days around a campaign: what there was, and what the campaign added to it."""

    code: Annotated[str, _said("before, during, 1-30, 31-90, 91-180, 181-365, year2 or year3.")]
    first_day: date
    last_day: date
    mean: Annotated[
        float | None, _said("Per day, over collected days only; null if there are none.")
    ]
    days_counted: int
    days_missing: int
    is_to_come: bool
    is_running: bool
    added: Annotated[
        Interval | None,
        _said("Per day, more than without the campaign; null where that cannot be told."),
    ]
    sustained_share: Annotated[
        Interval | None, _said("What was added, as a share of what it was during the campaign.")
    ]


class Campaign(Schema):
    """Something we do towards people, with a beginning."""

    slug: str
    name: str
    kind: str
    state: Annotated[str, _said("draft, coming, running or over.")]
    serves: Annotated[str, _said("The core business that it serves.")]
    function: str
    first_day: date
    last_day: date
    metric: Annotated[str, _said("What it wants to move first.")]
    place: Annotated[str | None, _said("Where; null for everywhere.")]
    launched_at: datetime | None
    verdict: Annotated[
        str | None,
        _said("boost_only, sustained, compounding, payback, no_effect or too_early; or null."),
    ]
    verdict_reason: Annotated[
        str | None,
        _said(
            "Why there is no verdict: not computed yet, not launched, running, or why it cannot be "
            "measured, such as past_too_short."
        ),
    ]
    sentence: Annotated[Sentence | None, _said("The verdict with its numbers, or the reason.")]
    level: Annotated[
        float | None,
        _said(
            "Of all intervals: 0.95 without planned read-outs, else that of the last one whose "
            "date has come, or of the first."
        ),
    ]
    level_sentence: Annotated[Sentence | None, _said("The level, and why it is that.")]
    measured_until: Annotated[date | None, _said("Last day that was used.")]
    read_early: Annotated[bool, _said("Read before its planned date: not to be quoted.")]
    added_per_day: Annotated[
        Interval | None, _said("During the campaign, more than without it; so far while it runs.")
    ]
    lasting_per_day: Annotated[
        Interval | None, _said("In the days after it that the verdict is read from.")
    ]


class CampaignWithWindows(Campaign):
    """A campaign with the windows around it, and its plan as written."""

    objective: str | None
    in_service_of: str | None
    who_cares: str | None
    how_they_come: str | None
    how_measured: str | None
    unit: str
    windows: list[Window]


class Campaigns(Schema):
    """A page of campaigns, the newest first."""

    items: list[Campaign]
    next: Annotated[str | None, _said("Cursor of the next page; null at the end.")]


class Day(Schema):
    """One day of a series."""

    day: date
    value: Annotated[float | None, _said("Zero is a real zero; null is not collected.")]
    reason: Annotated[Literal["not collected"] | None, _said("Why there is no value.")]


class Series(Schema):
    """One metric by day of the organisation's zone."""

    metric: str
    place: str | None
    name: str
    unit: str
    source: str
    complete_until: date | None
    items: list[Day]
    next: Annotated[str | None, _said("Cursor of the next page; null at the end.")]
