"""What the demonstration's members sent."""

from django.db import transaction

from entregent.apps.outbox.models import Freeze, Outgoing


@transaction.atomic
def remove_demonstration() -> None:
    """Remove what the demonstration's members sent, and their freezes."""
    Outgoing.objects.filter(is_demo=True).delete()
    Outgoing.objects.filter(created_by__is_demo=True).delete()
    Freeze.objects.filter(is_demo=True).delete()
    Freeze.objects.filter(started_by__is_demo=True).delete()
