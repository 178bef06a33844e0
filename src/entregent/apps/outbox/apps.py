"""Everything that leaves, and whether it arrived."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.outbox"
    label = "outbox"
