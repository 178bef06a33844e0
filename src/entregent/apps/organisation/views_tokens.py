"""Pages of a member's API tokens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from entregent.apps.organisation import actions_tokens, queries, tokens
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.forms import REFUSALS
from entregent.apps.organisation.forms_answering import TokenForm
from entregent.apps.organisation.signed_in import member_of


@never_cache
@require_http_methods(["GET", "POST"])
def member_tokens(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show a member's tokens; members make their own, and see a new one this once."""
    viewer = member_of(request)
    shown = queries.access_member(viewer, member_id)
    is_own = shown.pk == viewer.pk
    form = TokenForm(request.POST if is_own and request.method == "POST" else None, member=viewer)
    if form.is_valid():
        try:
            _, secret = actions_tokens.make_token(
                acting_user=viewer,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at(),
            )
        except OrganisationRefused as refused:
            form.add_error(None, REFUSALS[refused.code])
        else:
            context = {
                "secret": secret,
                "name": form.cleaned_data["name"],
                "address": request.build_absolute_uri("/api/campaigns"),
            }
            return render(request, "organisation/token.html", context)
    context = {
        "shown": shown,
        "form": form if is_own else None,
        "tokens": tokens.tokens_of(viewer, shown.pk),
    }
    return render(request, "organisation/tokens.html", context)


@require_POST
def revoke_token(request: HttpRequest, member_id: int, token_id: int) -> HttpResponse:
    """Stop a token at once."""
    viewer = member_of(request)
    if token_id not in {line.id for line in tokens.tokens_of(viewer, member_id)}:
        raise queries.NotFound
    actions_tokens.revoke_token(acting_user=viewer, token_id=token_id)
    return redirect("organisation:tokens", member_id=member_id)
