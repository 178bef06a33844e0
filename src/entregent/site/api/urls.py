"""Addresses of the API and of its description."""

from django.urls import path
from django.views.generic import RedirectView

from entregent.site.api import entry

app_name = "api"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:docs"), name="home"),
    path("docs", entry.docs, name="docs"),
    path("openapi.json", entry.description, name="openapi"),
    path("<path:rest>", entry.endpoint, name="endpoint"),
]
