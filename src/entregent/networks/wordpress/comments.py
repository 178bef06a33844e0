"""Comments under the posts of a WordPress site."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from entregent.networks.bases import PUBLIC_SPEECH
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import mapping_in
from entregent.vocabulary import (
    PUBLIC,
    Account,
    Activity,
    Object,
    VocabularyError,
    native_id,
    parse_time,
)
from entregent.vocabulary.reading import Json, kind_of, optional_text, shown, uri_of

SCHEMA: Final = "wordpress/1"
# A comment moves from page to page as others come; its address must not.
_PAGE = re.compile(r"comment-page-\d+/?$")


def is_comment(value: Any) -> bool:
    """Whether a value is a comment."""
    return (
        isinstance(value, dict)
        and {"id", "post", "author_name", "content"} <= value.keys()
        and bool(value.keys() & {"date_gmt", "date"})
    )


def read_comment(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the reply that a comment is, and its author."""
    status = value.get("status", "approved")
    if status != "approved":
        told = shown(status, 20) if isinstance(status, str) else "without a status"
        yield Taken(nothing=f"a comment that is not published ({told})")
        return
    number, site = _number(value, "id"), _site_of(value, context)
    uri, parent = _addresses(value, number, site)
    account = _account_of(value, number, site, context)
    moment = _moment_of(value)
    comment = Object(
        id=uri,
        type="Note",
        content=optional_text(mapping_in(value, "content").get("rendered"), "content.rendered"),
        url=uri_of(value.get("link"), "link"),
        attributed_to=account.id,
        in_reply_to=parent,
        context=_addresses({**value, "parent": 0}, number, site)[1],
        published=moment,
    )
    created = Activity(
        id=f"{uri}#create",
        type="Create",
        actor=account.id,
        object=comment,
        to=(PUBLIC,),
        published=moment,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=PUBLIC_SPEECH,
    )
    yield Taken((created,), (account,), native=uri, raw=value)


def _number(value: Json, name: str) -> int:
    number = value.get(name)
    if type(number) is not int or not 0 <= number < 2**63:
        raise VocabularyError(f"a whole number was expected, not {kind_of(number)}", name)
    return number


def _moment_of(value: Json) -> Any:
    told = value.get("date_gmt")
    if not isinstance(told, str):
        raise VocabularyError("the time in GMT is missing; ask the site for date_gmt", "date_gmt")
    # Its name says the zone that its text leaves out.
    return parse_time(told if told.endswith("Z") else f"{told}Z", "date_gmt")


def _site_of(value: Json, context: Context) -> str:
    try:
        link = uri_of(value.get("link"), "link") or _linked(value, "self") or ""
        return urlsplit(link).netloc or context.server
    except ValueError:
        return context.server


def _addresses(value: Json, number: int, site: str) -> tuple[str, str]:
    """URI of a comment and of what it answers: a comment, or the post itself."""
    parent = _number(value, "parent") if value.get("parent") is not None else 0
    page, mark, _ = (uri_of(value.get("link"), "link") or "").partition("#comment-")
    if mark:
        page = _PAGE.sub("", page)
        return f"{page}#comment-{number}", f"{page}#comment-{parent}" if parent else page
    uri = _linked(value, "self") or native_id("wordpress", site, "comment", str(number))
    if parent:
        above = _linked(value, "in-reply-to")
        return uri, above or native_id("wordpress", site, "comment", str(parent))
    post = str(_number(value, "post"))
    return uri, _linked(value, "up") or native_id("wordpress", site, "post", post)


def _linked(value: Json, name: str) -> str | None:
    links = value.get("_links")
    there = links.get(name) if isinstance(links, dict) else None
    first = there[0] if isinstance(there, list) and there else None
    return uri_of(first.get("href"), f"_links.{name}") if isinstance(first, dict) else None


def _account_of(value: Json, number: int, site: str, context: Context) -> Account:
    """The author: a member of the site, the page they name as theirs, else this comment's author.

    Two visitors of the same name are not the same; nothing else is known of them.
    """
    member = value.get("author")
    page = optional_text(value.get("author_url"), "author_url") or ""
    page = page if page.startswith(("https://", "http://")) else ""
    if type(member) is int and 0 < member < 2**63:
        uri = native_id("wordpress", site, "user", str(member))
    else:
        uri = page or native_id("wordpress", site, "comment", str(number), "author")
    return Account(
        id=uri,
        type="Person",
        name=optional_text(value.get("author_name"), "author_name") or "",
        url=uri_of(page, "author_url") or "",
        source=context.source,
        received_at=context.received_at,
    )
