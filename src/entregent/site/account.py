"""Sign-in in our own words: allauth does the work."""

# allauth has no types: its classes are Any to mypy.

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


def tried_email(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return the address with which someone tried to sign in, whatever its case."""
    given = (credentials or {}).get("email") or (request.POST.get("login") if request else "")
    return str(given or "").strip().lower()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Lets nobody sign up, and speaks plainly."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The address and the password do not go together."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _("Too many tries: wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: owners add members."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows shows what happened."""


class SignInForm(forms.LoginForm):  # type: ignore[misc]
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, login=_("E-mail address"), password=_("Password"))


class ChangePasswordForm(forms.ChangePasswordForm):  # type: ignore[misc]
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password, again"),
        )


class AskForPasswordForm(forms.ResetPasswordForm):  # type: ignore[misc]
    """The address of someone who forgot their password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, email=_("E-mail address"))


class ChoosePasswordForm(forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, password1=_("New password"), password2=_("New password, again"))


def _relabel(form: Any, **labels: Any) -> None:
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)
    if "password1" in labels:
        form.fields["password1"].help_text = _(
            "At least 10 characters; a sentence is easy to remember."
        )
