"""What every sender of a network keeps to, so that nothing leaves twice and nothing is lost.

The outbox calls `Sender.send` once, and writes down what came of it. Where the answer never came,
it asks `Sender.read_back` before it tries again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

__all__ = ["Letter", "NotSent", "Sender", "Sent", "Unsure"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One text on its way to a network.

    Attributes
    ----------
    idempotency_key
        Ours: the same key is the same text, however often it is sent.
    network
        Slug of the network that it goes to.
    from_uri, to_uri
        Account of ours that speaks, and account that is spoken to; `to_uri` is empty for a text to
        everybody.
    in_reply_to, thread
        URIs of what it answers and of the conversation; empty if none.
    is_public
        Whether anybody may read it; else only `to_uri` may.
    text
        Plain text, with its signature.
    language
        ``fr`` or ``en``.
    at
        When it was handed over; aware.
    """

    idempotency_key: UUID
    network: str
    from_uri: str
    to_uri: str
    in_reply_to: str
    thread: str
    is_public: bool
    text: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """That a text has left: URI that the network gave it, and when."""

    native_id: str
    at: datetime


class NotSent(Exception):
    """It has surely not left; `code` says why, `may_pass` whether trying again may help.

    Codes: ``rate_limited``, ``unreachable`` (these pass), ``forbidden``, ``gone``, ``refused``.
    """

    def __init__(self, code: str, *, may_pass: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.may_pass = may_pass


class Unsure(Exception):
    """Whether it left is not known: the answer never came. `code` says what broke off."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sender(Protocol):
    """Hands texts to a network.

    Attributes
    ----------
    network
        Slug of the network that it serves; empty for one that serves them all.
    """

    network: str

    def send(self, letter: Letter) -> Sent:
        """Hand a text over.

        Raises
        ------
        NotSent
            If it has surely not left.
        Unsure
            If nobody can tell.
        """
        ...

    def read_back(self, key: UUID) -> Sent | None:
        """Look whether the text with this key has left; None if it has surely not.

        Raises
        ------
        Unsure
            If the network does not answer.
        """
        ...
