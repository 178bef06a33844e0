"""Every write of understanding: saved queries, and what people say a label should have been."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.organisation.actions import record
from entregent.apps.organisation.queries import Member
from entregent.apps.understand.machine import UNKNOWN, machine_label
from entregent.apps.understand.models import Correction, SavedQuery
from entregent.lake.keys import object_key
from entregent.understanding.queries import QueryError, parse

VALUES = {
    "state_of_mind": frozenset({"positive", "negative", "mixed", "neutral", "unknown"}),
    "intent": frozenset(
        {"question", "complaint", "praise", "purchase", "promotion", "job", "press", "none"}
    ),
}
"""What a label can be; a language is any tag without region, as ``fr``, or ``und``."""


class UnderstandRefused(Exception):
    """A change that cannot be made; `code` says why.

    Codes: ``query_name_taken``, ``bad_query``, ``bad_label``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def save_query(
    *,
    acting_user: Member,
    name: str,
    text: str,
    function_id: int | None = None,
    opens_conversations: bool = False,
    query_id: int | None = None,
) -> int:
    """Add a query, or change the one with a number; returns its number.

    What is said from now on is asked it; what was said before is not read again.
    """
    _require_worker(acting_user)
    try:
        parse(text)
    except QueryError as error:
        raise UnderstandRefused("bad_query") from error
    names = SavedQuery.objects.exclude(pk=query_id or 0).values_list("name", flat=True)
    if name.lower() in map(str.lower, names):
        raise UnderstandRefused("query_name_taken")
    row = SavedQuery(created_at=timezone.now())
    if query_id is not None:
        row = SavedQuery.objects.get(pk=query_id)
    new = {
        "name": name,
        "text": text,
        "function_id": function_id,
        "opens_conversations": opens_conversations,
    }
    # A query may name a person: the trail says that its words changed, not to what.
    unwritten = {"name", "text"}
    changes: dict[str, object] = {}
    for field, value in new.items():
        old = getattr(row, field) if row.pk else None
        if old != value:
            changes[field.removesuffix("_id")] = (
                [None, None] if field in unwritten else [_told(old), _told(value)]
            )
            setattr(row, field, value)
    if changes:
        is_new = row.pk is None
        row.save()
        record(
            acting_user=acting_user,
            action="understand.query_added" if is_new else "understand.query_changed",
            subject=f"query:{row.pk}",
            changes=changes,
        )
    return row.pk


@transaction.atomic
def remove_query(*, acting_user: Member, query_id: int) -> None:
    """Remove a query; what it found stays."""
    _require_worker(acting_user)
    SavedQuery.objects.get(pk=query_id).delete()
    record(acting_user=acting_user, action="understand.query_removed", subject=f"query:{query_id}")


def correct_label(
    *,
    acting_user: Member,
    object_id: str,
    label: str,
    value: str,
    machine_value: str | None = None,
) -> None:
    """Say what a label of a text should be; saying what the machine said confirms it.

    Whether this member may see the text is for the page to check that shows it.

    Parameters
    ----------
    acting_user
        Who corrects.
    object_id
        URI of the text.
    label
        ``language``, ``state_of_mind`` or ``intent``.
    value
        What it should be, as in `VALUES`; empty for « I do not know ».
    machine_value
        What the machine had said; looked up in the record where the caller does not know.
    """
    _require_worker(acting_user)
    value = value or UNKNOWN.get(label, "")
    if label == "language":
        is_known = value.isascii() and value.isalpha() and value.islower() and len(value) in {2, 3}
    else:
        is_known = value in VALUES.get(label, ())
    if not is_known:
        raise UnderstandRefused("bad_label")
    if machine_value is None:
        machine_value = machine_label(object_id, label)
    with transaction.atomic():
        earlier = Correction.objects.filter(object_id=object_id, label=label).first()
        Correction.objects.update_or_create(
            object_id=object_id,
            label=label,
            defaults={
                "value": value,
                "machine_value": machine_value,
                "member": acting_user,
                "at": timezone.now(),
                "is_demo": acting_user.is_demo,
            },
        )
        from entregent.apps.listen.rollups import reopen_texts

        reopen_texts([object_key(object_id)])
        record(
            acting_user=acting_user,
            action="understand.label_corrected",
            # The URI of a text may hold its author's name.
            subject=f"label:{label}",
            changes={label: [earlier.value if earlier else machine_value, value]},
        )


def _told(value: object) -> object:
    return f"function:{value}" if isinstance(value, int) and value is not True else value


def _require_worker(member: Member) -> None:
    if not member.may_work:
        raise PermissionDenied("Guests may only look.")
