"""The organisation: its members, its functions, its audit trail."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.organisation"
    label = "organisation"
