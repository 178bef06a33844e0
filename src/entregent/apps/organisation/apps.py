"""The organisation: its members, its functions, its audit trail."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class OrganisationConfig(AppConfig):
    """Django's entry for this app."""

    name = "entregent.apps.organisation"
    label = "organisation"

    def ready(self) -> None:
        """Let every connection fold texts as we do."""
        from entregent.apps.organisation.folded import teach

        connection_created.connect(teach)
