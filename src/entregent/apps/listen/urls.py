"""Addresses of the sources' pages."""

from django.urls import path

from entregent.apps.listen import views

app_name = "listen"

urlpatterns = [
    path("", views.sources, name="sources"),
    path("add/", views.add_feed, name="add_feed"),
    path("<int:source_id>/", views.source, name="source"),
    path("<int:source_id>/ask/", views.ask_source, name="ask_source"),
    path("<int:source_id>/keep/", views.keep_for, name="keep_for"),
    path("<int:source_id>/recheck/", views.recheck, name="recheck"),
    path("<int:source_id>/pause/", views.pause_source, name="pause_source"),
    path("<int:source_id>/resume/", views.resume_source, name="resume_source"),
]
