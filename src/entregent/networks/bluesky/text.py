"""Text with facets: links, mentions and hashtags, placed by byte and not by character."""

from html import escape
from typing import Any
from urllib.parse import quote

from entregent.networks.bluesky.identifiers import is_did
from entregent.networks.shapes import items_of
from entregent.vocabulary import Tag, VocabularyError
from entregent.vocabulary.reading import Json

_FACET = "app.bsky.richtext.facet#"
_PAGES = "https://bsky.app"


def html_of(text: str, facets: object) -> tuple[str, tuple[Tag, ...]]:
    """HTML of a text, and the mentions and hashtags in it.

    Facets that overlap, lie outside the text or cut a character in two are left aside, as the
    network's own readers do.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise VocabularyError("half of a character (a lone surrogate)", "text") from None
    pieces: list[str] = []
    tags: list[Tag] = []
    done = 0
    for start, end, feature in sorted(_slices(facets, len(data)), key=lambda piece: piece[:2]):
        if start < done:
            continue
        before, inside = _decoded(data[done:start]), _decoded(data[start:end])
        if before is None or inside is None:
            continue
        href, tag = _meaning(feature, inside)
        shown = _html(inside)
        pieces += [_html(before), f'<a href="{escape(href)}">{shown}</a>' if href else shown]
        if tag is not None:
            tags.append(tag)
        done = end
    pieces.append(_html(data[done:].decode()))
    return "".join(pieces), tuple(dict.fromkeys(tags))


def _slices(facets: object, length: int) -> list[tuple[int, int, Json]]:
    found: list[tuple[int, int, Json]] = []
    for facet in items_of(facets, "facets"):
        place = facet.get("index") if isinstance(facet, dict) else None
        features = facet.get("features") if isinstance(facet, dict) else None
        if not isinstance(place, dict) or not isinstance(features, list):
            continue
        start, end = place.get("byteStart"), place.get("byteEnd")
        known = [f for f in features if isinstance(f, dict) and _name_of(f)]
        if type(start) is int and type(end) is int and 0 <= start < end <= length and known:
            found.append((start, end, known[0]))
    return found


def _name_of(feature: Json) -> str:
    kind = feature.get("$type")
    return kind.removeprefix(_FACET) if isinstance(kind, str) and kind.startswith(_FACET) else ""


def _meaning(feature: Json, shown: str) -> tuple[str, Tag | None]:
    name = _name_of(feature)
    if name == "mention":
        did: Any = feature.get("did")
        if isinstance(did, str) and is_did(did):
            return f"{_PAGES}/profile/{did}", Tag("Mention", did, shown)
    elif name == "tag":
        word: Any = feature.get("tag")
        if isinstance(word, str) and word and word.isprintable():
            return f"{_PAGES}/hashtag/{quote(word, safe='')}", Tag("Hashtag", "", f"#{word}")
    elif name == "link":
        uri: Any = feature.get("uri")
        if isinstance(uri, str) and uri.startswith(("https://", "http://")) and uri.isprintable():
            return uri, None
    return "", None


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _html(text: str) -> str:
    return escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")
