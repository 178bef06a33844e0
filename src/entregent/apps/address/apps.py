"""Addressing: campaigns and their plans, links, codes."""

from django.apps import AppConfig


class AddressConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.address"
    label = "address"
