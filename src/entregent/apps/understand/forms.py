"""Forms of saved queries."""

from django import forms
from django.utils.translation import gettext_lazy as _

from entregent.apps.organisation.answering import function_names
from entregent.apps.organisation.query_field import QueryField

LONGEST_SAMPLE = 10_000


def functions() -> list[tuple[object, object]]:
    """Functions to choose from, or nobody in particular."""
    return [("", _("No function")), *function_names().items()]


class QueryForm(forms.Form):
    """What is looked for, and what happens when it is found."""

    name = forms.CharField(label=_("Name"), max_length=80)
    text = QueryField(
        label=_("Words to look for"),
        help_text=_(
            "Words joined by AND, OR, NOT (or ET, OU, SAUF) in capitals; “a phrase” in quotation "
            "marks; navette* for every word that begins so. Case and accents do not matter."
        ),
    )
    function_id = forms.TypedChoiceField(
        label=_("For which function"),
        choices=functions,
        coerce=int,
        empty_value=None,
        required=False,
    )
    opens_conversations = forms.TypedChoiceField(
        label=_("When nobody addressed us"),
        choices=[
            ("no", _("do nothing by itself: it is kept at hand")),
            ("yes", _("open a conversation with what it finds")),
        ],
        coerce=lambda said: said == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )


class TrialForm(forms.Form):
    """The same words, tried on a text before they are saved."""

    text = QueryField(label=_("Words to look for"))
    sample = forms.CharField(label=_("A text to try it on"), max_length=LONGEST_SAMPLE, strip=False)
