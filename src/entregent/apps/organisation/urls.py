"""Addresses of the organisation's pages."""

from django.urls import path

from entregent.apps.organisation import first_steps, views, views_answering, views_tokens

app_name = "organisation"

_MEMBER = "organisation/members/<int:member_id>/"
_FUNCTION = "organisation/functions/<int:function_id>/"
_SUBJECT = "organisation/subjects/<int:subject_id>/"
_PUBLIC = "organisation/publics/<int:public_id>/"

urlpatterns = [
    path("premiers-pas/<str:secret>/", first_steps.first_steps, name="first_steps"),
    path("invitation/<str:secret>/", first_steps.invitation, name="invitation"),
    path("demo/<str:secret>/", first_steps.demonstration, name="demonstration"),
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
    path("organisation/hours/", views_answering.hours, name="hours"),
    path("organisation/trust/", views_answering.trust, name="trust"),
    path("organisation/subjects/add/", views_answering.add_subject, name="add_subject"),
    path(_SUBJECT, views_answering.subject, name="subject"),
    path(f"{_SUBJECT}remove/", views_answering.remove_subject, name="remove_subject"),
    path("organisation/publics/add/", views_answering.add_public, name="add_public"),
    path(_PUBLIC, views_answering.public, name="public"),
    path(f"{_PUBLIC}remove/", views_answering.remove_public, name="remove_public"),
    path(f"{_MEMBER}tokens/", views_tokens.member_tokens, name="tokens"),
    path(f"{_MEMBER}tokens/<int:token_id>/revoke/", views_tokens.revoke_token, name="revoke_token"),
]
