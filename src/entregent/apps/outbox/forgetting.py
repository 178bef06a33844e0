"""The outbox's part of forgetting: what was written to them, sent or not."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from entregent.apps.listen.forgetting import Leaving
from entregent.apps.organisation.forgetting import SOME, Mask, mask_texts, plain_rows
from entregent.apps.outbox.models import Outgoing
from entregent.networks.demo_network import Sender as DemoSender


def forget_account(leaving: Leaving) -> dict[str, int]:
    """Remove what was addressed to somebody, or answered them; returns the rows by table."""
    gone = 0
    uris = [*leaving.known.addresses, *leaving.known.objects]
    for start in range(0, len(uris), SOME):
        some = uris[start : start + SOME]
        with transaction.atomic():
            to_them = Q(to_uri__in=some) | Q(in_reply_to__in=some) | Q(thread__in=some)
            gone += Outgoing.objects.filter(to_them).delete()[0]
    return {"outbox_outgoing": gone, "demo_network": _demo_letters(uris)}


def mask_account(mask: Mask) -> int:
    """Mask what texts on their way say of somebody; returns the rows changed."""
    return mask_texts(Outgoing, ["text"], mask, language="language")


def _demo_letters(uris: list[str]) -> int:
    """Letters that the demonstration's network has written down; they stand in files."""
    folder = Path(settings.HOME) / "demo-network"
    return DemoSender(folder).forget(frozenset(uris)) if folder.is_dir() else 0


def held_on(who: Leaving) -> dict[str, list[dict[str, Any]]]:
    """Everything that was written to somebody, sent or not."""
    rows = Outgoing.objects.filter(to_uri__in=who.known.addresses)
    return {"outgoing": plain_rows(rows.order_by("created_at"))}
