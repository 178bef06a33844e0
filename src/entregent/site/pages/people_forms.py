"""Forms of the page of a person."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from entregent.apps.listen.queries import local_day, zone_of_days
from entregent.apps.organisation.answering import publics
from entregent.apps.remember.words import BASES, LANGUAGES, PURPOSES, REASONS


def public_choices() -> list[tuple[int, str]]:
    """The organisation's publics, by their names in the language of the page."""
    english = (get_language() or "fr").startswith("en")
    return [(each.id, each.name_en if english else each.name_fr) for each in publics()]


class PersonForm(forms.Form):
    """What we hold of a person, to be corrected."""

    name = forms.CharField(
        label=_("Name, as they write it"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    address_form = forms.ChoiceField(
        label=_("In French, they say"),
        choices=[("", _("not known")), ("tu", "tu"), ("vous", "vous")],
        widget=forms.RadioSelect,
        required=False,
    )
    public_ids = forms.TypedMultipleChoiceField(
        label=_("Publics"),
        help_text=_("Several at once as a rule."),
        choices=public_choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class ConsentForm(forms.Form):
    """A consent or a refusal, with its proof."""

    purpose = forms.ChoiceField(label=_("For what"), choices=list(PURPOSES.items()))
    basis = forms.ChoiceField(label=_("What it rests on"), choices=list(BASES.items()))
    given_on = forms.DateField(
        label=_("Given on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"),
        help_text=_("Empty: until withdrawn, or the end that the law sets."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    proof = forms.CharField(
        label=_("Proof"),
        max_length=500,
        help_text=_("Where it can be seen: a form, a message, an order."),
    )

    def details(self) -> dict[str, Any]:
        """What was said, once the form is valid, as the action wants it."""
        said = self.cleaned_data
        return {
            "purpose": said["purpose"],
            "basis": said["basis"],
            "proof": said["proof"],
            "given_at": _noon(said["given_on"]),
            "until": _night(said["until"]) if said["until"] else None,
        }


class NewPersonForm(forms.Form):
    """The person behind an account, who is known by nobody yet."""

    name = forms.CharField(
        label=_("Name, as they write it"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label=_("How we know"), choices=list(REASONS.items()))


def _noon(day: date) -> datetime:
    """Noon of a past day; now for today, since noon may still be to come."""
    now = timezone.now()
    return now if day == local_day(now) else datetime.combine(day, time(12), tzinfo=zone_of_days())


def _night(day: date) -> datetime:
    """The last second of a day."""
    begin = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone_of_days())
    return begin - timedelta(seconds=1)
