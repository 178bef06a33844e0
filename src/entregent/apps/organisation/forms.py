"""Forms of the organisation's pages."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from entregent.apps.organisation.actions import OrganisationDetails
from entregent.apps.organisation.models import Function, Language, Member, Role

REFUSALS = {
    "already_set_up": _("This organisation is already set up: sign in."),
    "email_taken": _("A member already signs in with this address."),
    "bad_time_zone": _("This time zone is not known; choose one from the list."),
    "no_language": _("Choose at least one language."),
    "default_not_spoken": _("The main language must be one of those you chose."),
    "last_owner": _("This is the last owner: make someone else an owner first."),
    "function_held": _("Members hold this function: give them another one first."),
    "function_used": _("This function still answers for something: give it to another first."),
    "function_name_taken": _("Another function already has this name."),
    "subject_name_taken": _("Another subject already has this name."),
    "public_name_taken": _("Another public already has this name."),
    "bad_query": _("The words by which it is recognised cannot be read."),
    "bad_hours": _("The day must end after it begins."),
    "no_working_day": _("Choose at least one working day."),
    "no_scope": _("Choose at least one thing that the token opens."),
    "scope_not_yours": _("A token opens no more than its member may read."),
    "bad_expiry": _("A token stops working within a year."),
    "access_closed": _("This access is closed."),
    "too_many_tokens": _("You have 20 tokens in use: revoke one first."),
    "link_not_valid": _("This link was already used: ask an owner for a new one."),
}


def time_zones() -> list[tuple[str, str]]:
    """Return the time zones to choose from, by their names in the zone database."""
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    )
    return [(name, name.replace("_", " ")) for name in names]


def usual_time_zone() -> str:
    """Return Montréal's zone, or Toronto's where the zone database has no Montréal."""
    zones = zoneinfo.available_timezones()
    return "America/Montreal" if "America/Montreal" in zones else "America/Toronto"


def function_choices() -> list[tuple[str, object]]:
    """Return the functions to choose from, by their names in the language of the page."""
    functions = Function.objects.order_by("pk")
    return [("", _("No function")), *((str(each.pk), each.name) for each in functions)]


class OrganisationForm(forms.Form):
    """The organisation's name, time zone and languages."""

    organisation_name = forms.CharField(label=_("Name of the organisation"), max_length=120)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, help_text=_("Days begin and end by it.")
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of your publics"),
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    default_language = forms.ChoiceField(
        label=_("Main language"), choices=Language.choices, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any] | None:
        """Check that the main language is one that is spoken."""
        said = self.cleaned_data
        languages, first = said.get("languages"), said.get("default_language")
        if languages and first and first not in languages:
            self.add_error("default_language", REFUSALS["default_not_spoken"])
        return said

    def details(self) -> OrganisationDetails:
        """Return what was said, once the form is valid."""
        return OrganisationDetails(
            name=self.cleaned_data["organisation_name"],
            time_zone=self.cleaned_data["time_zone"],
            languages=self.cleaned_data["languages"],
            default_language=self.cleaned_data["default_language"],
        )


class PasswordForm(forms.Form):
    """A password, chosen and typed once: it can be shown, and a new link costs little."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters; a sentence is easy to remember."),
    )

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean(self) -> dict[str, Any] | None:
        """Refuse passwords that are short, common or close to the member's name or address."""
        said = self.cleaned_data
        if "password" in said:
            member = self.member or Member(name=said.get("name", ""), email=said.get("email", ""))
            try:
                password_validation.validate_password(said["password"], member)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return said


class FirstStepsForm(OrganisationForm, PasswordForm):
    """All that is asked at the first set-up."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = (
        "organisation_name",
        "time_zone",
        "languages",
        "default_language",
        "name",
        "email",
        "password",
    )

    def clean(self) -> dict[str, Any] | None:
        """Check the organisation, then the password."""
        OrganisationForm.clean(self)
        return PasswordForm.clean(self)


class OwnDetailsForm(forms.Form):
    """What members change of themselves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language of the screens"), choices=Language.choices, widget=forms.RadioSelect
    )


class MemberForm(OwnDetailsForm):
    """What owners change of a member."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        help_text=_("Owners run Entregent, members work in it, guests may only look."),
    )
    function_id = forms.TypedChoiceField(
        label=_("Function"), choices=function_choices, coerce=int, empty_value=None, required=False
    )


class NewMemberForm(MemberForm):
    """A new member: the same, and the address they sign in with."""

    email = forms.EmailField(label=_("E-mail address"))
    field_order = ("name", "email", "language", "role", "function_id")


class FunctionForm(forms.Form):
    """What a function is called, and what it answers for."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    answers_for_fr = forms.CharField(
        label=_("Answers for, in French"), max_length=200, required=False
    )
    answers_for_en = forms.CharField(
        label=_("Answers for, in English"), max_length=200, required=False
    )
