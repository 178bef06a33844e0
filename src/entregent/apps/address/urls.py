"""Addresses of the pages of campaigns, and the public one of their links."""

from django.urls import path

from entregent.apps.address import views

app_name = "address"

_CAMPAIGN = "campaigns/<slug:slug>/"

urlpatterns = [
    path("campaigns/add/", views.add, name="add"),
    path(f"{_CAMPAIGN}plan/", views.plan, name="plan"),
    path(f"{_CAMPAIGN}launch/", views.launch, name="launch"),
    path(f"{_CAMPAIGN}links/", views.links, name="links"),
    path(f"{_CAMPAIGN}links/<int:link_id>/qr.svg", views.qr, name="qr"),
    path(f"{_CAMPAIGN}next/", views.next_step, name="next_step"),
    path(f"{_CAMPAIGN}next/<int:next_step_id>/done/", views.finish_next_step, name="finish"),
    path(f"{_CAMPAIGN}cost/", views.cost, name="cost"),
    path("l/<slug:code>/", views.follow, name="follow"),
]
