"""Understanding: saved queries, and what people corrected."""

from django.apps import AppConfig


class UnderstandConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.understand"
    label = "understand"
