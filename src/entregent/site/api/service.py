"""The API itself: its questions, and who may ask them."""

import logging
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import timezone
from ninja import NinjaAPI, Query
from ninja.errors import AuthenticationError, ValidationError
from ninja.renderers import BaseRenderer

from entregent import __version__
from entregent.site.api import problems, reading, shapes
from entregent.site.api.activities import activities
from entregent.site.api.bearer import Bearer, holder
from entregent.site.api.paging import MOST, place_of
from entregent.site.api.problems import Problem

log = logging.getLogger("entregent.api")

Cursor = Annotated[
    str, Query(description="Where the page before ended: its `next`.", max_length=100)
]
Limit = Annotated[int, Query(description="Items of the page, at most.", ge=1, le=MOST)]
_PROBLEMS = {frozenset({400, 401, 403, 404}): shapes.Problem}


class _Orjson(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """The answer as JSON; people's words are strings in it, whatever they hold."""
        del request, response_status
        return orjson.dumps(data)


api = NinjaAPI(
    title="Entregent",
    version=__version__,
    description="Reads of one organisation's record, conversations, people and campaigns.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
    renderer=_Orjson(),
)


def _scope(name: str) -> dict[str, Any]:
    """What an operation says of the scope it needs, and of everything that can go wrong."""
    return {"auth": Bearer(name), "openapi_extra": {"x-scope": name}}


@api.get(
    "/activities",
    response={200: shapes.Activities, **_PROBLEMS},
    summary="Activities of the record, oldest first",
    tags=["activities"],
    operation_id="list_activities",
    **_scope("activities"),
)
def list_activities(
    request: HttpRequest,
    since: Annotated[
        datetime | None, Query(description="Done at or after this time, with its zone.")
    ] = None,
    until: Annotated[datetime | None, Query(description="Done before this time.")] = None,
    type: Annotated[  # noqa: A002 (the parameter's name)
        str | None, Query(description="Type, such as Create or Follow.", max_length=60)
    ] = None,
    network: Annotated[
        str | None, Query(description="Network, such as mastodon.", max_length=40)
    ] = None,
    cursor: Cursor = "",
    limit: Limit = 100,
) -> Any:
    """Each activity once, as things stand now: edited texts are the newest, deleted ones are empty.

    Without the scope `private` only what was said to everybody is told, acts that networks show
    to everybody, and anonymous traces.
    """
    asks = holder(request)
    items, following = activities(
        after=place_of(cursor, 2) if cursor else None,
        limit=limit,
        with_private="private" in asks.scopes,
        since=_in_utc("since", since),
        until=_in_utc("until", until),
        kind=type,
        network=network,
    )
    return {"items": items, "next": following}


def _in_utc(name: str, moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise problems.bad_value(name)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise problems.bad_value(name) from error


@api.get(
    "/people",
    response={200: shapes.People, **_PROBLEMS},
    summary="People whom the house knows",
    tags=["people"],
    operation_id="list_people",
    **_scope("people"),
)
def list_people(request: HttpRequest, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """In the order in which they became known here. What is read is noted on each person's page."""
    return reading.people(holder(request), cursor, limit)


@api.get(
    "/people/{int:person_id}",
    response={200: shapes.Person, **_PROBLEMS},
    summary="One person",
    tags=["people"],
    operation_id="get_person",
    **_scope("people"),
)
def get_person(request: HttpRequest, person_id: int) -> Any:
    """Name, languages, accounts, consents and open promises: no facet, no score.

    The reading is noted.
    """
    return reading.person(holder(request), person_id)


@api.get(
    "/conversations",
    response={200: shapes.Conversations, **_PROBLEMS},
    summary="Conversations, without their messages",
    tags=["conversations"],
    operation_id="list_conversations",
    **_scope("conversations"),
)
def list_conversations(
    request: HttpRequest,
    state: Annotated[
        str | None, Query(description="waiting, answered, closed or left.", max_length=8)
    ] = None,
    network: Annotated[
        str | None, Query(description="Network, such as mastodon.", max_length=40)
    ] = None,
    cursor: Cursor = "",
    limit: Limit = 100,
) -> Any:
    """In the order in which they were opened here; private ones with the scope `private` only."""
    return reading.conversations(
        holder(request), state=state, network=network, cursor=cursor, limit=limit
    )


@api.get(
    "/conversations/{int:conversation_id}",
    response={200: shapes.ConversationWithMessages, **_PROBLEMS},
    summary="One conversation with its messages",
    tags=["conversations"],
    operation_id="get_conversation",
    **_scope("conversations"),
)
def get_conversation(request: HttpRequest, conversation_id: int) -> Any:
    """Its messages oldest first, ours among them once they have left.

    Notes and drafts stay inside.
    """
    return reading.conversation(holder(request), conversation_id)


@api.get(
    "/campaigns",
    response={200: shapes.Campaigns, **_PROBLEMS},
    summary="Campaigns, the newest first",
    tags=["campaigns"],
    operation_id="list_campaigns",
    **_scope("campaigns"),
)
def list_campaigns(request: HttpRequest, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """A verdict comes with its sentence and its intervals, or is null with the reason."""
    return reading.campaigns(holder(request), cursor, limit)


@api.get(
    "/campaigns/{slug:slug}",
    response={200: shapes.CampaignWithWindows, **_PROBLEMS},
    summary="One campaign with its plan and its windows",
    tags=["campaigns"],
    operation_id="get_campaign",
    **_scope("campaigns"),
)
def get_campaign(request: HttpRequest, slug: str) -> Any:
    """The plan is the one in force at launch.

    The mean of a window describes what there was; what the campaign added has an interval.
    """
    return reading.campaign(holder(request), slug)


@api.get(
    "/series",
    response={200: shapes.Series, **_PROBLEMS},
    summary="One metric by day",
    tags=["series"],
    operation_id="get_series",
    **_scope("series"),
)
def get_series(
    request: HttpRequest,
    metric: Annotated[str, Query(description="Such as follows or orders.", max_length=20)],
    place: Annotated[
        str, Query(description="An account of ours or a code; empty for all.", max_length=2000)
    ] = "",
    since: Annotated[
        date | None, Query(description="First day; 89 days before the last one if not given.")
    ] = None,
    until: Annotated[
        date | None, Query(description="Last day, included; today if not given.")
    ] = None,
    cursor: Cursor = "",
    limit: Limit = 100,
) -> Any:
    """Days of the organisation's zone. A day without a value was not collected, and is not zero."""
    return reading.series(
        holder(request),
        metric=metric,
        place=place,
        since=since,
        until=until or timezone.localdate(),
        cursor=cursor,
        limit=limit,
    )


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    del request
    return error.response()


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    del request, error
    return problems.no_token().response()


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    del request
    first = error.errors[0] if error.errors else {"loc": ("",)}
    return problems.bad_value(str(first["loc"][-1])).response()


@api.exception_handler(Http404)
@api.exception_handler(PermissionDenied)
def _nothing(request: HttpRequest, error: Exception) -> HttpResponse:
    del request, error
    return problems.not_found().response()


@api.exception_handler(Exception)
def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    del request
    # Without the address: it may hold what somebody looked for.
    log.error("The API failed.", exc_info=error)
    return problems.our_fault().response()


@cache
def _resolver() -> URLResolver:
    return URLResolver(RegexPattern(r"^"), api.urls[0])


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    written = api.get_openapi_schema(path_prefix="/api/")
    document: dict[str, Any] = orjson.loads(orjson.dumps(written, option=orjson.OPT_NON_STR_KEYS))
    for operations in document["paths"].values():
        for status, told in operations["get"]["responses"].items():
            if status != "200":
                told["content"] = {"application/problem+json": told["content"]["application/json"]}
    return document


def answer(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer one question."""
    response: HttpResponse
    if request.method != "GET":
        response = problems.only_get().response()
    else:
        try:
            match = _resolver().resolve(rest)
        except Resolver404:
            response = problems.not_found().response()
        else:
            response = match.func(request, *match.args, **match.kwargs)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
