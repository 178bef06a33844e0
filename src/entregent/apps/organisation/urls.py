"""Addresses of the organisation's pages."""

from django.urls import path

from entregent.apps.organisation import first_steps, views

app_name = "organisation"

_MEMBER = "organisation/members/<int:member_id>/"
_FUNCTION = "organisation/functions/<int:function_id>/"

urlpatterns = [
    path("premiers-pas/<str:secret>/", first_steps.first_steps, name="first_steps"),
    path("invitation/<str:secret>/", first_steps.invitation, name="invitation"),
    path("language/", first_steps.choose_language, name="language"),
    path("organisation/", views.organisation, name="organisation"),
    path("organisation/change/", views.change_organisation, name="change"),
    path("organisation/journal/", views.journal, name="journal"),
    path("organisation/members/add/", views.add_member, name="add_member"),
    path(_MEMBER, views.member, name="member"),
    path(f"{_MEMBER}deactivate/", views.deactivate_member, name="deactivate_member"),
    path(f"{_MEMBER}reactivate/", views.reactivate_member, name="reactivate_member"),
    path(f"{_MEMBER}link/", views.renew_link, name="renew_link"),
    path("organisation/functions/add/", views.add_function, name="add_function"),
    path(_FUNCTION, views.function, name="function"),
    path(f"{_FUNCTION}remove/", views.remove_function, name="remove_function"),
]
