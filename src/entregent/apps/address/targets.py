"""Where links may lead, and what their codes look like. Both are typed by people, and hostile."""

import re
from urllib.parse import urlsplit

LONGEST_TARGET = 2000
LONGEST_CODE = 40
SHORTEST_CODE = 3
_CODE = re.compile(rf"[A-Za-z0-9]{{{SHORTEST_CODE},{LONGEST_CODE}}}", re.ASCII)


def good_target(typed: str) -> str | None:
    """The address without blanks around it; None if a link must not lead there.

    Only http and https, with a host, without a name or password in it, and without blanks or
    control characters anywhere: what is shown is where people arrive.

    Examples
    --------
    >>> good_target(" https://frimas.example/billets ")
    'https://frimas.example/billets'
    >>> good_target("javascript:alert(1)") is None
    True
    """
    target = typed.strip(" ")
    if not target.isprintable() or " " in target or "\\" in target:
        return None
    if len(target) > LONGEST_TARGET:
        return None
    try:
        parts = urlsplit(target)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    if parts.username is not None or parts.password is not None:
        return None
    return target


def good_code(typed: str) -> str | None:
    """A code without blanks around it; None if it is not made of letters and digits alone."""
    code = typed.strip()
    return code if _CODE.fullmatch(code) else None
