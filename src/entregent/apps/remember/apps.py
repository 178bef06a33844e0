"""Remembering: people, their accounts, consent, and what was promised to them."""

from django.apps import AppConfig


class RememberConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.remember"
    label = "remember"
