"""Ids and keys: the same thing always gets the same name.

Where a network names its things, its URI is the id. Where it does not, the id is made from what
cannot change: source and native id, or type, actor and object, or a row's content and its ordinal
among identical rows (two equal visits are two visits).
"""

import hashlib
from collections.abc import Iterable
from urllib.parse import quote


def native_id(network: str, *parts: str) -> str:
    """URI of a thing that its network names only by a local id.

    Examples
    --------
    >>> native_id("wordpress", "blogue.example", "comment", "12")
    'urn:entregent:wordpress:blogue.example:comment:12'
    """
    return ":".join(["urn:entregent", network, *(_quoted(part) for part in parts)])


def relation_id(kind: str, actor: str, target: str, content: str = "") -> str:
    """URI of a like, a follow or a share that its network does not name.

    Parameters
    ----------
    kind
        Activity type, such as ``Like``.
    actor, target
        URIs of who acts and of what is acted on.
    content
        The emoji of a reaction; empty for a plain like.
    """
    return f"urn:entregent:{kind.lower()}:{_digest((kind, actor, target, content), 16).hex()}"


def row_id(network: str, content: Iterable[str], ordinal: int) -> str:
    """URI of a row that has no id of its own.

    Parameters
    ----------
    network
        Such as ``visits``.
    content
        The row's cells, in a fixed order.
    ordinal
        0 for the first row with this content in its file, 1 for the second, and so on.
    """
    return f"urn:entregent:{network}:{_digest((*content, str(ordinal)), 16).hex()}"


def key64(*parts: str) -> int:
    """Signed 64-bit key of some texts: equal for equal texts, on every machine.

    Two different texts share a key once in 2**64; see ``docs/adr/0001-activity-model-and-ids.md``.
    """
    return int.from_bytes(_digest(parts, 8), "big", signed=True)


def keyed64(secret: bytes, text: str) -> int:
    """Signed 64-bit key that only the holder of `secret` can compute.

    Parameters
    ----------
    secret
        At most 64 bytes.
    text
        Such as an account's URI.
    """
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8, key=secret)
    return int.from_bytes(digest.digest(), "big", signed=True)


def _quoted(part: str) -> str:
    return quote(part, safe="@.~-_", errors="surrogatepass")


def _digest(parts: Iterable[str], size: int) -> bytes:
    # Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    framed = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.blake2b(framed.encode(errors="surrogatepass"), digest_size=size).digest()
