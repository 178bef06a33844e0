"""Listening: sources, what they bring, and what is missing."""

from django.apps import AppConfig


class ListenConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.listen"
    label = "listen"
