"""Coordinating: conversations, the function that can act, answers, decisions."""

from django.apps import AppConfig


class CoordinateConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.coordinate"
    label = "coordinate"
