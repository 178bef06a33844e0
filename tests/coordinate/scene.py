"""A small house with people who speak to it, all invented."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from entregent.apps.coordinate.actions import route
from entregent.apps.coordinate.models import Conversation
from entregent.apps.listen.keyring import account_key
from entregent.apps.organisation.models import Function, Member, Organisation, Subject
from entregent.apps.remember.lines import AccountSeen
from entregent.apps.remember.models import Account, Person
from entregent.apps.understand.said import Said
from entregent.vocabulary import key64

OURS = "https://fete.example/@frimas"
MARYSE = "https://fete.example/@maryse"
THOMAS = "https://fete.example/@thomas"
INBOX = "mailto:info@frimasetframboises.example"


@dataclass
class Scene:
    """What people say here, and where it goes."""

    functions: dict[str, int]
    accounts: dict[str, AccountSeen] = field(default_factory=dict)
    count: int = 0

    def account(self, uri: str, *, ours: bool = False, network: str = "mastodon") -> AccountSeen:
        """An account, added when it is first named."""
        if uri not in self.accounts:
            row = Account.objects.create(
                uri=uri,
                key=account_key(uri),
                network=network,
                handle=uri.rpartition("@")[2],
                name=uri.rpartition("@")[2].capitalize(),
                first_seen_at=timezone.now(),
                last_seen_at=timezone.now(),
                is_ours=ours,
            )
            self.accounts[uri] = AccountSeen(row.pk, uri, ours, row.name)
        return self.accounts[uri]

    def person(self, uri: str, **facts: Any) -> Person:
        """The person behind an account."""
        person = Person.objects.create(known_since=timezone.localdate(), **facts)
        Account.objects.filter(pk=self.account(uri).id).update(
            person=person, linked_at=timezone.now()
        )
        return person

    def text(self, text: str, /, **more: Any) -> Said:
        """A text as understanding gives it: private to us, two hours ago, unless said otherwise."""
        self.count += 1
        name = more.pop("object_id", f"https://fete.example/notes/{self.count}")
        actor = more.pop("actor", MARYSE)
        self.account(actor)
        at = more.pop("published", timezone.now() - timedelta(hours=2))
        public = more.pop("public", False)
        defaults: dict[str, Any] = {
            "object_id": name,
            "object_key": key64(name),
            "version": at,
            "actor": actor,
            "actor_key": key64(actor),
            "network": "mastodon",
            "source": "file:mastodon",
            "published": at,
            "text": text,
            "audience": "public" if public else "direct",
            "recipients": (OURS,) if actor != OURS else (MARYSE,),
            "thread": name,
            "language": "fr",
        }
        return Said(**(defaults | more))

    def hear(self, *said: Said) -> None:
        """Route texts, in order of time."""
        self.account(OURS, ours=True)
        route(sorted(said, key=lambda each: each.published), self.accounts)

    def say(self, words: str, /, **more: Any) -> Conversation:
        """Route one text, and give its conversation."""
        said = self.text(words, **more)
        self.hear(said)
        return Conversation.objects.get(messages__object_id=said.object_id)


def set_scene(**subjects: str) -> Scene:
    """Give the house subjects: slug to the slug of the function that answers."""
    functions = dict(Function.objects.values_list("slug", "pk"))
    for slug, function in subjects.items():
        Subject.objects.create(
            slug=slug, name_fr=slug, name_en=f"{slug} (en)", function_id=functions[function]
        )
    return Scene(functions)


def make_demo() -> None:
    """Let the house be a demonstration: then there is a network to send to."""
    Organisation.objects.update(is_demo=True)


def member_of(scene: Scene, alice: Member, name: str, function: str, **more: Any) -> Member:
    """A colleague in a function."""
    return Member.objects.create(
        email=f"{name.lower()}@frimasetframboises.example",
        name=f"{name} Vadeboncœur",
        language=more.pop("language", "fr"),
        role=more.pop("role", "member"),
        function_id=scene.functions[function],
        **more,
    )


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)
