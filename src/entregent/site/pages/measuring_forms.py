"""Forms of the pages that measure."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST_FILE: Final = 5 * 1024 * 1024
LONGEST_TEXT: Final = 900_000
LONGEST_PLAN_DAYS: Final = 366


class _Day(forms.DateInput):
    """A browser's own calendar; it wants dates in ISO form whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MeasureForm(forms.Form):
    """A table that somebody pastes or drops, and the days of a campaign."""

    text = forms.CharField(
        label=_("One row a day"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        help_text=_(
            "Paste from a spreadsheet or a CSV: a column of dates, a column of numbers. French and "
            "English dates and numbers are read. An empty cell is not zero: it was not collected."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )
    first_day = forms.DateField(label=_("First day of the campaign"), widget=_Day)
    last_day = forms.DateField(label=_("Last day of the campaign"), widget=_Day)
    kind = forms.ChoiceField(
        label=_("Each number is"),
        choices=[
            ("flow", _("what came that day (new followers, visits, orders)")),
            ("stock", _("how many there are (followers in all)")),
        ],
        initial="flow",
        widget=forms.RadioSelect,
    )
    date_column = forms.CharField(label=_("Column of the dates"), required=False, max_length=200)
    value_column = forms.CharField(label=_("Column of the numbers"), required=False, max_length=200)
    control_columns = forms.CharField(
        label=_("Columns of controls"),
        required=False,
        max_length=500,
        help_text=_("Series that the campaign did not touch; several are separated by commas."),
    )
    calendar = forms.ChoiceField(
        label=_("Public holidays"),
        choices=[("quebec", _("Québec")), ("france", _("France")), ("none", _("none"))],
        initial="quebec",
        required=False,
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data.get("file")
        if file is not None and file.size > LARGEST_FILE:
            raise forms.ValidationError(
                _("This file is larger than 5 MB. Keep the columns that are needed, and the days.")
            )
        return file

    def clean(self) -> dict[str, Any]:
        """Something to read, and days in their order."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "text" in said and not said["text"].strip() and "file" in said and not said["file"]:
            self.add_error("text", _("Paste a table here, or choose a file."))
        first, last = said.get("first_day"), said.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first. Swap them."))
        return said

    @property
    def controls(self) -> list[str]:
        """Names of the columns of controls."""
        return [
            name.strip() for name in self.cleaned_data["control_columns"].split(",") if name.strip()
        ]


class PlanForm(forms.Form):
    """A plan to be tried."""

    what = forms.ChoiceField(label=_("What should move?"))
    first_day = forms.DateField(label=_("First day"), widget=_Day)
    days = forms.IntegerField(
        label=_("Length, in days"), min_value=1, max_value=LONGEST_PLAN_DAYS, initial=28
    )
    budget = forms.DecimalField(
        label=_("Budget, in dollars"),
        required=False,
        min_value=1,
        max_digits=12,
        decimal_places=2,
    )
    hoped = forms.DecimalField(
        label=_("Result hoped for, in all"),
        required=False,
        min_value=1,
        max_digits=12,
        decimal_places=2,
        help_text=_("How many more follows, visits or orders over the whole campaign."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices  # type: ignore[attr-defined]  # choices

    @staticmethod
    def beginning(today: date) -> dict[str, Any]:
        """What stands in the fields at first."""
        return {"first_day": today + timedelta(days=1), "days": 28}
