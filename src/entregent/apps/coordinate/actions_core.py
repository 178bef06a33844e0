"""What all actions of coordinating share: refusals, and reaching what is acted on."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from entregent.apps.coordinate.memory_check import Finding
from entregent.apps.coordinate.models import Conversation
from entregent.apps.coordinate.queries_access import reach
from entregent.apps.organisation import answering
from entregent.apps.organisation.queries import Member

LONGEST_TEXT = 10_000


class CoordinateRefused(Exception):
    """A change that cannot be made; `code` says why, `words.refusal_sentence` says it in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MemoryStops(CoordinateRefused):
    """The memory check found something: `findings` are to be shown.

    Where none of them is a block, sending again with a reason (`because`) goes through.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("memory")
        self.findings = list(findings)

    @property
    def blocks(self) -> bool:
        """Whether nothing may overrule it."""
        return any(finding.is_block for finding in self.findings)


def held(acting_user: Member, conversation_id: int) -> Conversation:
    """A conversation that the member may change."""
    found = reach(acting_user, conversation_id)
    require_work(acting_user)
    return found


def require_work(member: Member) -> None:
    """Refuse guests: they write drafts, and no more."""
    if not member.may_work:
        raise PermissionDenied("Guests write drafts; the rest is for members.")


def require_function(function_id: int) -> None:
    """Refuse a function that there is not."""
    if function_id not in answering.function_names():
        raise CoordinateRefused("unknown_function")


def checked_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text that says something, without the space around it."""
    found = text.strip()
    if not found:
        raise CoordinateRefused("empty")
    if len(found) > longest:
        raise CoordinateRefused("too_long")
    return found
