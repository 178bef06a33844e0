"""Addresses of the pages of saved queries."""

from django.urls import path

from entregent.apps.understand import views

app_name = "understand"

urlpatterns = [
    path("", views.queries, name="queries"),
    path("add/", views.add_query, name="add_query"),
    path("<int:query_id>/", views.query, name="query"),
    path("<int:query_id>/remove/", views.remove_query, name="remove_query"),
]
