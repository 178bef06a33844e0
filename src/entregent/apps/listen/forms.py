"""Forms of the sources' pages."""

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
