"""What an activity is about: notes, articles, places, orders, and what hangs on them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import orjson

from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.money import Money
from entregent.vocabulary.reading import (
    Json,
    Unread,
    kind_of,
    language_tag,
    mapping,
    optional_text,
    type_name,
    uri_of,
)
from entregent.vocabulary.times import format_time, parse_time

T = TypeVar("T")

TOMBSTONE: Final = "Tombstone"
_QUOTE_NAMES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")
_OURS = ("schema:", "entregent:")
_MODELLED = frozenset(
    {"schema:price", "schema:priceCurrency", "schema:reviewRating", "entregent:language"}
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A mention or hashtag: its type, the URI it points to and the text shown."""

    type: str
    href: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, sound, film or link that an object carries; `name` is its description."""

    type: str
    url: str = ""
    media_type: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Object:
    """The object, target, result, instrument or place of an activity.

    All parts are optional: an object known only by its URI has an `id` and nothing else.

    Attributes
    ----------
    id
        URI at its origin.
    type
        Such as ``Note``, ``Article``, ``Event``, ``schema:Order``; for what an `Undo` takes back,
        the type of that activity.
    content
        HTML as the network gave it. It is made harmless where it is shown, not here.
    language
        BCP 47 tag declared at the origin, never guessed.
    in_reply_to, context, quote
        URIs of the parent, of the conversation and of what is quoted.
    actor, object
        For what an `Undo` takes back: who had done it, and to what (URIs).
    price
        Amount of an order, a gift or an offer.
    rating, best_rating
        Of a review; the best rating is 5 where nothing else is said.
    extra
        JSON text of further ``schema:`` and ``entregent:`` properties, keys sorted; empty if none.
    """

    id: str | None = None
    type: str | None = None
    name: str | None = None
    summary: str | None = None
    content: str | None = None
    language: str | None = None
    url: str | None = None
    attributed_to: str | None = None
    in_reply_to: str | None = None
    context: str | None = None
    quote: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    deleted: datetime | None = None
    former_type: str | None = None
    actor: str | None = None
    object: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rating: float | None = None
    best_rating: float | None = None
    price: Money | None = None
    attachment: tuple[Attachment, ...] = ()
    tag: tuple[Tag, ...] = ()
    extra: str = ""

    @classmethod
    def from_as2(cls, value: Unread, where: str = "object") -> "Object":
        """Read an ActivityStreams object, or a URI that stands for one.

        Properties outside the model are left aside, except those under ``schema:`` and
        ``entregent:``, which are kept as they are.

        Raises
        ------
        VocabularyError
            If a property of the model has the wrong shape.
        """
        if isinstance(value, str):
            return cls(id=uri_of(value, where))
        if isinstance(value, list):
            if len(value) != 1 or isinstance(value[0], list):
                raise VocabularyError("one object was expected, not a list", where)
            return cls.from_as2(value[0], where)
        document = value if type(value) is dict else mapping(value, where)
        try:
            return cls._from_mapping(document)
        except VocabularyError as error:
            raise error.within(where) from None

    @classmethod
    def _from_mapping(cls, document: Json) -> "Object":
        found: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, value in document.items():
            if value is None:
                continue
            known = _PROPERTIES.get(name)
            if known is not None:
                found[known[0]] = known[1](value, name)
            elif name.startswith(_OURS) and name not in _MODELLED:
                extra[name] = value
        get = document.get
        if "content" in document or "contentMap" in document or "entregent:language" in document:
            found["content"], found["language"] = _content_of(document)
        if "context" in document or "conversation" in document:
            found["context"] = uri_of(get("context") or get("conversation"), "context")
        for name in _QUOTE_NAMES:
            if get(name):
                found["quote"] = uri_of(document[name], name)
                break
        if get("schema:reviewRating") is not None:
            found["rating"], found["best_rating"] = _rating_of(document["schema:reviewRating"])
        if get("schema:price") is not None:
            found["price"] = Money.parse(
                document["schema:price"], get("schema:priceCurrency"), "schema:price"
            )
        if extra:
            found["extra"] = _kept(extra)
        return cls(**found)

    def to_as2(self) -> dict[str, Any] | str:
        """The object as ActivityStreams JSON; its bare URI where nothing else is known."""
        document: dict[str, Any] = {}
        for name, written in _PLAIN:
            value = getattr(self, name)
            if value is not None:
                document[written] = value
        for name in ("published", "updated", "deleted"):
            moment = getattr(self, name)
            if moment is not None:
                document[name] = format_time(moment)
        if self.language is not None and self.content is not None:
            document["contentMap"] = {self.language: self.content}
        elif self.language is not None:
            document["entregent:language"] = self.language
        if self.rating is not None:
            rating = {"type": "schema:Rating", "schema:ratingValue": self.rating}
            if self.best_rating is not None:
                rating["schema:bestRating"] = self.best_rating
            document["schema:reviewRating"] = rating
        if self.price is not None:
            document["schema:price"] = str(self.price.amount)
            document["schema:priceCurrency"] = self.price.currency
        if self.attachment:
            document["attachment"] = [
                _present({"type": a.type, "url": a.url, "name": a.name, "mediaType": a.media_type})
                for a in self.attachment
            ]
        if self.tag:
            document["tag"] = [
                _present({"type": t.type, "href": t.href, "name": t.name}) for t in self.tag
            ]
        if self.extra:
            document.update(orjson.loads(self.extra))
        return self.id if self.id is not None and len(document) == 1 else document

    def as_tombstone(self, deleted: datetime | None) -> "Object":
        """What remains of a deleted object: its id, what it was, and when it went."""
        if self.type == TOMBSTONE:
            return self
        return Object(id=self.id, type=TOMBSTONE, former_type=self.type, deleted=deleted)


_PLAIN = (
    ("id", "id"),
    ("type", "type"),
    ("name", "name"),
    ("summary", "summary"),
    ("content", "content"),
    ("url", "url"),
    ("attributed_to", "attributedTo"),
    ("in_reply_to", "inReplyTo"),
    ("context", "context"),
    ("quote", "quote"),
    ("former_type", "formerType"),
    ("actor", "actor"),
    ("object", "object"),
    ("latitude", "latitude"),
    ("longitude", "longitude"),
)


def _present(document: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in document.items() if value}


def _content_of(document: Json) -> tuple[str | None, str | None]:
    content = optional_text(document.get("content"), "content")
    language = optional_text(document.get("entregent:language"), "entregent:language")
    by_language = document.get("contentMap")
    if isinstance(by_language, dict) and by_language:
        same = [tag for tag, text in by_language.items() if text == content]
        # Two languages with the same text tell nothing of the language it is in.
        language = same[0] if len(same) == 1 else None
        if content is None:
            language = next(iter(by_language))
            content = optional_text(by_language[language], "contentMap")
    return content, language_tag(language)


def _number_of(value: object, where: str, limit: float = 1e15) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise VocabularyError(f"a number was expected, not {kind_of(value)}", where)
    # Said this way round, it refuses what is not a number too.
    if not -limit <= value <= limit:
        raise VocabularyError(f"the number lies outside -{limit:g} to {limit:g}", where)
    return float(value)


def _latitude_of(value: object, where: str) -> float:
    return _number_of(value, where, 90)


def _longitude_of(value: object, where: str) -> float:
    return _number_of(value, where, 180)


def _kept(extra: dict[str, Any]) -> str:
    try:
        return orjson.dumps(extra, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        raise VocabularyError("not a value that JSON can hold", min(extra)) from None


def _rating_of(value: object) -> tuple[float, float | None]:
    if not isinstance(value, dict):
        return _number_of(value, "schema:reviewRating"), None
    best = value.get("schema:bestRating")
    return (
        _number_of(value.get("schema:ratingValue"), "schema:reviewRating.schema:ratingValue"),
        None if best is None else _number_of(best, "schema:reviewRating.schema:bestRating"),
    )


def _tags_of(value: object, where: str) -> tuple[Tag, ...]:
    return _several(value, where, _tag_of)


def _attachments_of(value: object, where: str) -> tuple[Attachment, ...]:
    return _several(value, where, _attachment_of)


def _several(value: object, where: str, read: Callable[[Json], T | None]) -> tuple[T, ...]:
    if not value:
        return ()
    found: dict[T, None] = {}
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if not item:
            continue
        try:
            part = read(item if type(item) is dict else mapping(item, ""))
        except VocabularyError as error:
            raise error.within(f"{where}[{index}]") from None
        if part is not None:
            found[part] = None
    return tuple(found)


def _tag_of(item: Json) -> Tag | None:
    get = item.get
    kind = type_name(get("type", "Link"), "type")
    if kind == "Emoji":
        return None
    return Tag(kind, uri_of(get("href"), "href") or "", optional_text(get("name"), "name") or "")


def _attachment_of(item: Json) -> Attachment:
    return Attachment(
        type_name(item.get("type", "Link"), "type"),
        uri_of(item.get("url") or item.get("href"), "url") or "",
        optional_text(item.get("mediaType"), "mediaType") or "",
        optional_text(item.get("name"), "name") or "",
    )


_PROPERTIES: Final[dict[str, tuple[str, Callable[[Any, str], Any]]]] = {
    "id": ("id", uri_of),
    "type": ("type", type_name),
    "name": ("name", optional_text),
    "summary": ("summary", optional_text),
    "url": ("url", uri_of),
    "attributedTo": ("attributed_to", uri_of),
    "inReplyTo": ("in_reply_to", uri_of),
    "published": ("published", parse_time),
    "updated": ("updated", parse_time),
    "deleted": ("deleted", parse_time),
    "formerType": ("former_type", optional_text),
    "actor": ("actor", uri_of),
    "object": ("object", uri_of),
    "latitude": ("latitude", _latitude_of),
    "longitude": ("longitude", _longitude_of),
    "attachment": ("attachment", _attachments_of),
    "tag": ("tag", _tags_of),
}
