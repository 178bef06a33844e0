"""What remembering hands to the other apps and to its pages: frozen rows."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account as `remember_accounts` gives it; `name` is empty where there is none."""

    id: int
    uri: str
    is_ours: bool
    name: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account; `person_id` is set where a link is confirmed.

    Attributes
    ----------
    handle, name, language
        Empty if unknown.
    first_seen_at, last_seen_at
        When its first and its latest words were said.
    linked_at, link_reason
        When and how the link was confirmed: ``themselves``, ``order``, ``member_asked``.
    """

    id: int
    uri: str
    network: str
    handle: str
    name: str
    language: str
    first_seen_at: datetime
    last_seen_at: datetime
    is_ours: bool
    person_id: int | None
    linked_at: datetime | None
    link_reason: str

    @property
    def shown(self) -> str:
        """How the account is called: its name, else its handle; empty for an account without."""
        return self.name or self.handle


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who stands behind an account, for whoever answers it.

    Attributes
    ----------
    name
        The person's, else the account's name or handle; empty if nothing is known.
    language
        The person's first, else the one of the account's latest words; empty if unknown.
    address_form
        ``tu``, ``vous``, or empty.
    """

    id: int
    uri: str
    network: str
    name: str
    handle: str
    language: str
    person_id: int | None
    address_form: str
    do_not_solicit: bool
    is_ours: bool


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One of the organisation's publics, to which a person belongs."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """A person, without what they said and did.

    Attributes
    ----------
    may_profile
        Whether an express `profile` consent holds now; without it neither facets nor traces.
    """

    id: int
    name: str
    languages: tuple[str, ...]
    address_form: str
    known_since: date
    do_not_solicit: bool
    publics: tuple[PublicLine, ...]
    accounts: tuple[AccountLine, ...]
    may_profile: bool


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """An account that no person is linked to, or one of a person's."""

    account: AccountLine
    person_name: str


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise; `days_late` is negative while it is not due yet, 0 on its day.

    Attributes
    ----------
    name
        Of the person, else of the account; empty for an account without a name.
    function, made_by, kept_by
        Names.
    """

    id: int
    account_id: int
    person_id: int | None
    name: str
    network: str
    what: str
    made_at: datetime
    made_by: str
    due_on: date
    function_id: int
    function: str
    conversation_id: int | None
    kept_at: datetime | None
    kept_by: str
    days_late: int

    @property
    def is_open(self) -> bool:
        """Whether it is still to be kept."""
        return self.kept_at is None

    @property
    def is_late(self) -> bool:
        """Whether it should have been kept before today."""
        return self.is_open and self.days_late > 0


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """What a person agreed to or refused; `holds` says whether it allows something now."""

    id: int
    purpose: str
    basis: str
    given_at: datetime
    until: datetime | None
    withdrawn_at: datetime | None
    proof: str
    holds: bool


@dataclass(frozen=True, slots=True)
class LookLine:
    """That a colleague opened a page on a day."""

    name: str
    day: date
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One row of the list of people: a person, or an account without one.

    Attributes
    ----------
    promises, oldest_due_on
        Open promises to them, and the day of the one that is due first.
    """

    person_id: int | None
    account_id: int | None
    name: str
    handle: str
    networks: tuple[str, ...]
    languages: tuple[str, ...]
    do_not_solicit: bool
    promises: int
    oldest_due_on: date | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some rows of the list of people; `number` counts from 1."""

    rows: tuple[PersonLine, ...]
    number: int
    total: int
    has_next: bool
