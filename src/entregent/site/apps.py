"""The site: what all pages share."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Django's entry for the base templates, the styles and the words of dates."""

    name = "entregent.site"
    label = "entregent_site"
