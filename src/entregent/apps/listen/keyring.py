"""The secret behind account keys: without it a key in the lake says nothing of whose it is."""

import hashlib
import hmac
import os
import secrets
import zlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from entregent.vocabulary import keyed64


@lru_cache(maxsize=65_536)
def account_key(uri: str) -> int:
    """Keyed 64-bit hash of an account's URI."""
    return keyed64(secret(), uri)


@lru_cache(maxsize=1)
def secret() -> bytes:
    """The instance's secret; made on first use, and never shown."""
    path = Path(settings.HOME) / "accounts.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    secret = path.read_bytes()
    if len(secret) != 32:
        raise ValueError(f"{path} is damaged: restore it from a backup, or accounts lose their key")
    return secret


def hidden_key(object_key: int) -> int:
    """Keyed hash of an object's key: anybody could compute the key itself from an address."""
    return keyed64(secret(), f"object {object_key}")


def seal(text: bytes) -> bytes:
    """Bytes that only this instance can read: what must survive a crash, and no longer.

    A stream of SHAKE-256 keyed by the secret and a nonce, and a keyed BLAKE2 tag over both.
    """
    nonce = secrets.token_bytes(16)
    body = nonce + _mixed(nonce, zlib.compress(text))
    return _tag(body) + body


def unseal(sealed: bytes) -> bytes:
    """What `seal` hid; raises `ValueError` if it was changed."""
    tag, body = sealed[:_TAG_SIZE], sealed[_TAG_SIZE:]
    if not hmac.compare_digest(tag, _tag(body)):
        raise ValueError("what was sealed is damaged, or was sealed by another accounts.key")
    return zlib.decompress(_mixed(body[:16], body[16:]))


_TAG_SIZE = 32


def _tag(body: bytes) -> bytes:
    key = hashlib.blake2b(b"seal tag", key=secret()).digest()
    return hashlib.blake2b(body, key=key, digest_size=_TAG_SIZE).digest()


def _mixed(nonce: bytes, text: bytes) -> bytes:
    key = hashlib.blake2b(b"seal stream", key=secret()).digest()
    stream = hashlib.shake_256(key + nonce).digest(len(text))
    both = int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")
    return both.to_bytes(len(text), "big")
