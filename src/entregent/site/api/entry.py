"""The way in: loads the API when the first question comes."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET


# Nobody is signed in here: a token says who asks, no cookie is looked at, nothing is written.
@csrf_exempt
@login_not_required
def endpoint(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer a question to the API."""
    from entregent.site.api.service import answer

    return answer(request, rest)


# It describes the program, not this house.
@login_not_required
@require_GET
def description(request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI document."""
    import orjson

    from entregent.site.api.service import openapi

    del request
    body = orjson.dumps(openapi())
    return HttpResponse(body, content_type="application/vnd.oai.openapi+json;version=3.1")


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI document as a page, complete without a script."""
    from entregent.site.api.docs import endpoints, shapes
    from entregent.site.api.service import openapi

    document = openapi()
    where = request.build_absolute_uri("/api/")
    context = {"endpoints": endpoints(document, where), "shapes": shapes(document)}
    return render(request, "api/docs.html", context)
