"""Addresses of the site."""

from allauth.account import views as account
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from entregent.apps.organisation.first_steps import home
from entregent.site.monitoring import metrics

# Only the pages of sign-in that are used: nobody signs up by themselves.
_ACCOUNT = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
    path("password/change/", account.password_change, name="account_change_password"),
    # Whoever has no password yet, as the demonstration's members, gets one by letter.
    path(
        "password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", home, name="home"),
    path("", include("entregent.apps.organisation.urls")),
    # Before the pages: « add » is no campaign's name.
    path("", include("entregent.apps.address.urls")),
    path("", include("entregent.site.pages.urls")),
    path("", include("entregent.apps.coordinate.urls")),
    path("queries/", include("entregent.apps.understand.urls")),
    path("api/", include("entregent.site.api.urls")),
    path("sources/", include("entregent.apps.listen.urls")),
    path("account/", include(_ACCOUNT)),
    # In the text format of Prometheus. The shortest check of all, /health, stands in alive.py.
    path("metrics", metrics, name="metrics"),
]
