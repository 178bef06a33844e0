"""Measuring: daily counts, windows, planned read-outs."""

from django.apps import AppConfig


class MeasureConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.measure"
    label = "measure"
