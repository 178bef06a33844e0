"""Forms of the campaigns' pages."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from entregent.apps.address.actions import CampaignDetails
from entregent.apps.address.plans import LINES
from entregent.apps.address.words import AIMS, KINDS, LINES_HELP, LINK_KINDS
from entregent.apps.address.words import LINES as LINE_WORDS

Choices = list[tuple[str, Any]]

LONGEST_LINE = 10_000


class _Day(forms.DateInput):
    """A browser's own calendar; it wants dates in ISO form whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _number(value: str) -> int:
    return int(value)


class CampaignForm(forms.Form):
    """A campaign, before its plan."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("What is it?"), choices=list(KINDS.items()))
    serves_id = forms.TypedChoiceField(
        label=_("It serves"),
        coerce=_number,
        help_text=_("The function whose work it helps: every campaign serves a core business."),
    )
    function_id = forms.TypedChoiceField(label=_("Carried by"), coerce=_number)
    owner_id = forms.TypedChoiceField(label=_("Who is responsible for it?"), coerce=_number)
    first_day = forms.DateField(label=_("First day"), widget=_Day)
    last_day = forms.DateField(label=_("Last day"), widget=_Day)
    metric = forms.ChoiceField(label=_("What should move first?"), choices=list(AIMS.items()))
    place = forms.ChoiceField(label=_("Where?"), required=False)
    budget = forms.DecimalField(
        label=_("Budget, in dollars"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
    )

    def __init__(
        self, *args: Any, functions: Choices, members: Choices, places: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("serves_id", "function_id"):
            self.fields[name].choices = functions  # type: ignore[attr-defined]  # choices
        self.fields["owner_id"].choices = members  # type: ignore[attr-defined]  # choices
        self.fields["place"].choices = [  # type: ignore[attr-defined]  # choices
            ("", _("everywhere")),
            *places,
        ]

    def details(self) -> CampaignDetails:
        """What was said, as the action wants it."""
        return CampaignDetails(**self.cleaned_data)


class PlanForm(forms.Form):
    """The five lines. All may stay empty until the launch."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LINES:
            self.fields[name] = forms.CharField(
                label=LINE_WORDS[name],
                help_text=LINES_HELP[name],
                required=False,
                max_length=LONGEST_LINE,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


class LinkForm(forms.Form):
    """A link, a QR code or a coupon code."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=list(LINK_KINDS.items()))
    label = forms.CharField(
        label=_("Name on our screens"),
        max_length=120,
        help_text=_("Where people find it, such as “poster at the quay”."),
    )
    # The action checks the address: one place decides where a link may lead.
    target = forms.CharField(
        label=_("Where it leads"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=_("Not for a coupon, which is typed at the ticket office."),
    )
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=40,
        help_text=_("3 to 40 letters and digits. Left empty: one is made."),
    )
    percent_off = forms.IntegerField(
        label=_("Discount of a coupon, in percent"), required=False, min_value=1, max_value=100
    )


class NextStepForm(forms.Form):
    """One action, one owner, one date."""

    what = forms.CharField(label=_("What do we do?"), max_length=300)
    member_id = forms.TypedChoiceField(label=_("Who?"), coerce=_number)
    due_on = forms.DateField(label=_("By when?"), widget=_Day)

    def __init__(self, *args: Any, members: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member_id"].choices = members  # type: ignore[attr-defined]  # choices
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()


class CostForm(forms.Form):
    """What a campaign cost, if anybody knows."""

    cost = forms.DecimalField(
        label=_("What it cost, in dollars"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
        help_text=_("Left empty: not given, which is not zero."),
    )
