"""The secret behind account keys: without it a key in the lake says nothing of whose it is."""

import os
import secrets
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
