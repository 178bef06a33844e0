"""The demonstration's saved queries."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from entregent.apps.organisation.actions import record as audit
from entregent.apps.understand.models import Correction, SavedQuery
from entregent.simulation.world import SavedQueryFacts


@transaction.atomic
def add_queries(
    queries: Sequence[SavedQueryFacts], *, functions: Mapping[str, int], now: datetime
) -> None:
    """Add saved queries."""
    SavedQuery.objects.bulk_create(
        SavedQuery(
            name=each.name,
            text=each.text,
            function_id=functions[each.function] if each.function else None,
            opens_conversations=each.opens_conversations,
            is_demo=True,
            created_at=now,
        )
        for each in queries
    )
    audit(
        acting_user=None,
        action="understand.queries_added",
        subject="query:demo",
        changes={"rows": [0, len(queries)]},
    )


@transaction.atomic
def remove_demonstration() -> None:
    """Remove the demonstration's queries, and what its members corrected."""
    SavedQuery.objects.filter(is_demo=True).delete()
    Correction.objects.filter(member__is_demo=True).delete()
