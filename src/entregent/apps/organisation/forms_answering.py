"""Forms of who answers on what, of opening hours and of API tokens."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from entregent.apps.organisation.models import Member
from entregent.apps.organisation.queries_answering import function_options
from entregent.apps.organisation.query_field import QueryField
from entregent.apps.organisation.tokens import SCOPES, scopes_open_to


def day_choices() -> list[tuple[int, str]]:
    """Days of the week in the language of the page, Monday first."""
    return [(number, capfirst(str(name))) for number, name in sorted(WEEKDAYS.items())]


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])


class HoursForm(forms.Form):
    """When people are there to answer, and how channels speak to people."""

    opens_at = _time(_("People are there from"))
    closes_at = _time(_("until"))
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=day_choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Waiting times and deadlines are counted in these hours."),
    )
    address_form = forms.ChoiceField(
        label=_("In French, to people who have shown no preference"),
        choices=[("vous", _("say vous")), ("tu", _("say tu"))],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any] | None:
        """Check that the day ends after it begins."""
        said = self.cleaned_data
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The day must end after it begins."))
        return said


class SubjectForm(forms.Form):
    """What people speak of, who answers, and by which words it is recognised."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    function_id = forms.TypedChoiceField(
        label=_("Function that answers"), choices=function_options, coerce=int
    )
    query = QueryField(
        label=_("Words by which it is recognised"),
        required=False,
        help_text=_(
            "Words joined by AND, OR, NOT (or ET, OU, SAUF) in capitals; “a phrase” in quotation "
            "marks; navette* for every word that begins so. Case and accents do not matter."
        ),
    )
    needs_approval = forms.TypedChoiceField(
        label=_("Answers on it"),
        choices=[("no", _("go out at once")), ("yes", _("are approved before they go out"))],
        coerce=lambda said: said == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )


class PublicForm(forms.Form):
    """What one of the organisation's publics is called."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)


class TokenForm(forms.Form):
    """A new API token: what for, what it opens, how long."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("The name of the program or report that will use it."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("It stops working after"),
        choices=[
            (7, _("7 days")),
            (30, _("30 days")),
            (90, _("90 days")),
            (365, _("a year")),
        ],
        coerce=int,
        initial=90,
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = scopes_open_to(member)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope, words) for scope, words in SCOPES.items() if scope in allowed]

    def expires_at(self) -> datetime:
        """When the token stops working, once the form is valid."""
        days: int = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days)
