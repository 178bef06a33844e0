"""What goes wrong, as problem documents (RFC 9457): one sentence, and a code for programs."""

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
}


class Problem(Exception):
    """An answer that is none; `code` says why."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail

    def response(self) -> HttpResponse:
        """The problem as it is sent."""
        document = {
            "type": "about:blank",
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        response = HttpResponse(
            orjson.dumps(document), status=self.status, content_type="application/problem+json"
        )
        if self.status == 401:
            response["WWW-Authenticate"] = 'Bearer realm="entregent"'
        if self.status == 405:
            response["Allow"] = "GET"
        return response


def no_token() -> Problem:
    """Nobody said who asks."""
    return Problem(
        401,
        "no_token",
        gettext("Send a token in the header Authorization: Bearer, made on your own page."),
    )


def bad_token(why: str) -> Problem:
    """The token does not open anything any more, or never did."""
    sentences = {
        "unknown": gettext("This token is not known here."),
        "expired": gettext("This token no longer works: its time is over."),
        "revoked": gettext("This token was revoked."),
    }
    return Problem(401, f"{why}_token", sentences[why])


def no_scope(scope: str) -> Problem:
    """The token is good, and does not open this."""
    detail = gettext("This token does not open “%(scope)s”, or its member may not read it.")
    return Problem(403, "no_scope", detail % {"scope": scope})


def not_found() -> Problem:
    """There is no such thing, or this token may not know that there is."""
    return Problem(404, "not_found", gettext("There is nothing here that this token may read."))


def only_get() -> Problem:
    """The API is read only."""
    return Problem(405, "read_only", gettext("The API is read only: ask by GET."))


def bad_value(name: str, why: str = "") -> Problem:
    """A parameter cannot be read."""
    detail = gettext("The parameter “%(name)s” cannot be read.") % {"name": name}
    return Problem(400, "bad_parameter", f"{detail} {why}".strip())


def our_fault() -> Problem:
    """A fault of ours."""
    return Problem(500, "fault", gettext("Something went wrong here; it was noted."))
