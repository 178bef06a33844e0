"""Looking again, at its origin, whether something that was said still stands there."""

from typing import Final, Literal, TypeAlias

import httpx
import orjson

from entregent.networks.outgoing import AddressRefused, follow
from entregent.vocabulary.objects import TOMBSTONE

Standing: TypeAlias = Literal["there", "gone", "unknown"]
"""Whether it stands; ``unknown`` where the server does not say."""

_GONE: Final = frozenset({404, 410})
_ACCEPT: Final = (
    'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    ";q=0.9, text/html;q=0.5, */*;q=0.1"
)
_MOST_BYTES: Final = 256 * 1024


def look_again(address: str, client: httpx.Client) -> Standing:
    """Ask once for an object; nothing is raised for what a server answers or fails to answer.

    Parameters
    ----------
    address
        URI of the object, or of its page.
    client
        From `entregent.networks.outgoing.guarded_client`.
    """
    try:
        with follow(client, address, {"Accept": _ACCEPT}) as (response, _):
            if response.status_code in _GONE:
                return "gone"
            if response.status_code != 200:
                return "unknown"
            if "json" not in response.headers.get("content-type", ""):
                return "there"
            return "gone" if _is_tombstone(_beginning(response)) else "there"
    except (AddressRefused, httpx.HTTPError):
        return "unknown"


def _beginning(response: httpx.Response) -> bytes:
    body = b""
    for part in response.iter_bytes():
        body += part
        if len(body) > _MOST_BYTES:
            break
    return body


def _is_tombstone(body: bytes) -> bool:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(document, dict) and document.get("type") == TOMBSTONE
