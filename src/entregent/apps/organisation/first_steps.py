"""Pages that open by a one-time link, and the choice of a language: strangers may come here."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from entregent.apps.organisation import actions, queries
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.demo import enter_demonstration
from entregent.apps.organisation.forms import (
    REFUSALS,
    FirstStepsForm,
    PasswordForm,
    usual_time_zone,
)
from entregent.apps.organisation.models import Language, Member

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Send members to their first page, and everyone to the first set-up while it waits."""
    if queries.house() is None:
        return render(request, "organisation/waiting.html")
    return redirect(settings.LOGIN_REDIRECT_URL)


@login_not_required
@sensitive_post_parameters("password")
def first_steps(request: HttpRequest, secret: str) -> HttpResponse:
    """Set the house up: the organisation and its first owner, who is then signed in."""
    if queries.house() is not None:
        return redirect("home")
    if not queries.set_up_is_open(secret):
        return render(request, "organisation/waiting.html", {"bad_link": True}, status=404)
    form = FirstStepsForm(
        request.POST or None,
        initial={
            "time_zone": usual_time_zone(),
            "languages": Language.values,
            "default_language": get_language(),
        },
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            owner = actions.set_up(
                organisation=form.details(),
                name=said["name"],
                email=said["email"],
                language=get_language() or said["default_language"],
                password=said["password"],
            )
        except OrganisationRefused as refused:
            form.add_error(None, REFUSALS[refused.code])
        else:
            return _sign_in(request, owner)
    return render(request, "organisation/first_steps.html", {"form": form})


@login_not_required
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the member who holds a one-time link choose a password, and sign them in."""
    try:
        invited = queries.access_invited(secret)
    except queries.NotFound:
        return render(request, "organisation/link_closed.html", status=404)
    form = PasswordForm(request.POST or None, member=invited)
    if form.is_valid():
        try:
            actions.choose_password(acting_user=invited, password=form.cleaned_data["password"])
        except OrganisationRefused as refused:
            form.add_error(None, REFUSALS[refused.code])
        else:
            return _sign_in(request, invited)
    return render(request, "organisation/invitation.html", {"form": form, "invited": invited})


@login_not_required
@require_GET
def demonstration(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in as a member of the demonstration, by the link that its start printed."""
    return _sign_in(request, enter_demonstration(secret=secret))


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the screens and come back to the same page."""
    asked, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    if asked in Language.values:
        if isinstance(request.user, Member):
            actions.choose_language(acting_user=request.user, language=asked)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            asked,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _sign_in(request: HttpRequest, member: Member) -> HttpResponse:
    # Someone else may be signed in on this browser: their session ends here.
    logout(request)
    login(request, member, backend=_BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)
