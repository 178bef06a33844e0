"""Forms of the sources' pages."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _


class FeedForm(forms.Form):
    """A feed to follow, by its address."""

    # The action checks the address: one place decides what may be fetched.
    address = forms.CharField(
        label=_("Address of the feed"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={
                "inputmode": "url",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "https://",
            }
        ),
        help_text=_("RSS, Atom or JSON Feed: the address that a feed reader asks for."),
    )
    name = forms.CharField(
        label=_("Name on our screens"),
        max_length=120,
        required=False,
        help_text=_("Left empty: the name of its site."),
    )


class RetentionForm(forms.Form):
    """How long something of a source is kept."""

    TYPES: ClassVar = [
        ("", _("Everything")),
        ("Create", _("What people wrote")),
        ("Like", _("Likes")),
        ("Announce", _("Shares")),
        ("Follow", _("Follows")),
        ("View", _("Visits and scans")),
        ("schema:BuyAction", _("Orders")),
    ]

    type = forms.ChoiceField(label=_("What"), choices=TYPES, required=False)
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=36_500,
        required=False,
        help_text=_("After it was done. Left empty: it is kept without an end."),
    )
