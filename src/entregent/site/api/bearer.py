"""Who asks: a member, through one of their tokens."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from entregent.apps.organisation.actions_tokens import note_use
from entregent.apps.organisation.tokens import Holder, holder_of
from entregent.site.api.problems import bad_token, no_scope


class Bearer(HttpBearer):
    """A token made on a member's page, which must open one scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Holder:
        """Whom the token stands for."""
        del request
        holder, why = holder_of(token)
        if holder is None:
            raise bad_token(why)
        if self.scope not in holder.scopes:
            raise no_scope(self.scope)
        used = holder.last_used_at
        if used is None or timezone.localdate(used) != timezone.localdate():
            note_use(acting_user=holder.member, token_id=holder.token_id)
        return holder


def holder(request: HttpRequest) -> Holder:
    """Whoever asks, once the token was looked at."""
    found = request.auth  # type: ignore[attr-defined]  # ninja puts it there
    assert isinstance(found, Holder)
    return found
