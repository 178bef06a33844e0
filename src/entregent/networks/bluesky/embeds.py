"""What a post carries: pictures, films, links to pages, and other posts."""

from typing import Any

from entregent.networks.bluesky.identifiers import address_in
from entregent.networks.shapes import items_of
from entregent.vocabulary import Attachment, VocabularyError
from entregent.vocabulary.reading import Json, mapping, optional_text, uri_of

_EMBED = "app.bsky.embed."
_POST = "app.bsky.feed.post"


def attachments_of(embed: object, view: object = None) -> tuple[Attachment, ...]:
    """Pictures, film or page of a post.

    Parameters
    ----------
    embed
        From the record.
    view
        The same as the network shows it: it knows the addresses, which the record does not.
    """
    media, shown = _media_of(embed), _media_of(view)
    if media is None:
        return ()
    kind = _kind(media)
    if kind == "images":
        where = "embed.images"
        pictures = items_of(media.get("images"), where)
        seen = items_of(shown.get("images"), where) if shown is not None else []
        return tuple(
            _picture(mapping(item, f"{where}[{index}]"), seen[index] if index < len(seen) else None)
            for index, item in enumerate(pictures)
        )
    if kind == "external":
        page = mapping(media.get("external"), "embed.external")
        address = uri_of(page.get("uri"), "embed.external.uri")
        title = optional_text(page.get("title"), "embed.external.title")
        return (Attachment("Link", address or "", name=title or ""),)
    if kind == "video":
        address = uri_of(shown.get("playlist"), "embed.playlist") if shown is not None else None
        name = optional_text(media.get("alt"), "embed.alt")
        return (Attachment("Video", address or "", _media_type(media.get("video")), name or ""),)
    return ()


def quoted_by(embed: object, view: object = None) -> str | None:
    """At-address of the post that is quoted; None where its author has withdrawn it."""
    record = _record_of(embed)
    if record is None:
        return None
    uri = record.get("uri")
    if address_in(uri, "embed.record.uri").collection != _POST or not isinstance(uri, str):
        return None
    seen = shown_record(view)
    return None if seen is not None and _kind(seen) == "record#viewDetached" else uri


def shown_record(view: object) -> Json | None:
    """The quoted record as the network shows it."""
    if not isinstance(view, dict):
        return None
    inner: Any = view.get("record")
    if isinstance(inner, dict) and isinstance(inner.get("record"), dict) and "uri" not in inner:
        inner = inner["record"]
    return inner if isinstance(inner, dict) else None


def _kind(part: Json) -> str:
    kind = part.get("$type")
    return kind.removeprefix(_EMBED) if isinstance(kind, str) else ""


def _media_of(embed: object) -> Json | None:
    if embed is None:
        return None
    outer = mapping(embed, "embed")
    media = outer.get("media") if _kind(outer).startswith("recordWithMedia") else outer
    return media if isinstance(media, dict) else None


def _record_of(embed: object) -> Json | None:
    if embed is None:
        return None
    outer = mapping(embed, "embed")
    if _kind(outer) not in {"record", "recordWithMedia"}:
        return None
    inner = mapping(outer.get("record"), "embed.record")
    if _kind(outer) == "recordWithMedia":
        inner = mapping(inner.get("record"), "embed.record.record")
    return inner


def _picture(item: Json, seen: object) -> Attachment:
    address = seen.get("fullsize") if isinstance(seen, dict) else None
    try:
        url = uri_of(address, "embed.images.fullsize") or ""
    except VocabularyError:
        # The picture's description matters more than its address.
        url = ""
    name = optional_text(item.get("alt"), "embed.images.alt") or ""
    return Attachment("Image", url, _media_type(item.get("image")), name)


def _media_type(blob: object) -> str:
    kind = blob.get("mimeType") if isinstance(blob, dict) else None
    return kind if isinstance(kind, str) and len(kind) <= 100 and kind.isprintable() else ""
