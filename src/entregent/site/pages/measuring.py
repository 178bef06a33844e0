"""The page where anyone pastes or drops a table and reads a verdict; nothing is kept of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from entregent.apps.organisation.signed_in import member_of
from entregent.site.charts.drawing import svg
from entregent.site.charts.measured import dark_colours, specification
from entregent.site.csv_cells import response
from entregent.site.pages.measuring_examples import EXAMPLES, example
from entregent.site.pages.measuring_forms import LONGEST_TEXT, MeasureForm
from entregent.site.pages.measuring_turn import Busy, turn
from entregent.site.pages.measuring_words import (
    assumptions,
    next_step,
    placebo_sentence,
    window_rows,
)
from entregent.site.templatetags.measures import days_span

if TYPE_CHECKING:
    from entregent.measurement.boosts import BoostResult
    from entregent.measurement.effects import EffectResult
    from entregent.measurement.reading import Note, SeriesTable, Table
    from entregent.measurement.results import CannotMeasure, Language

MOST_DAYS: Final = 5_000
"""Days of a series that a page measures; the command line takes more."""

# Which field a refusal is about; what is not here is an answer: it cannot be measured.
_FIELDS: Final = {
    "days_reversed": "last_day",
    "campaign_outside": "first_day",
    "no_dates": "date_column",
    "no_numbers": "value_column",
    "column_used_twice": "value_column",
}


@dataclass(frozen=True)
class Answer:
    """What is told of a table: a result, or the reason why there is none.

    Attributes
    ----------
    result
        Of a campaign that is over, or of one that still runs: then without a verdict.
    refused
        Why it cannot be measured.
    notes
        What reading decided by itself.
    again
        Names and values of the fields, to ask the same for the rows or the drawing.
    """

    result: "BoostResult | EffectResult | None"
    refused: "CannotMeasure | None"
    notes: tuple["Note", ...]
    name: str
    language: "Language"
    again: tuple[tuple[str, str], ...] = ()

    @property
    def has_verdict(self) -> bool:
        """Whether the campaign is over, and what is left of it is told."""
        return hasattr(self.result, "verdict")

    @property
    def title(self) -> str:
        """The verdict in its fixed words."""
        if self.result is None:
            return _("Cannot be measured")
        told = getattr(self.result, "title", None)
        return told(self.language) if told else _("Measured so far, without a verdict")

    @property
    def sentence(self) -> str:
        """What the numbers say."""
        if self.refused is not None:
            return self.refused.sentence(self.language)
        assert self.result is not None
        return self.result.sentence(self.language)

    @property
    def reading_notes(self) -> list[str]:
        """What reading decided, in sentences."""
        return [note.sentence(self.language) for note in self.notes]

    @property
    def specification(self) -> str:
        """The chart, for the browser to draw."""
        return orjson.dumps(specification(self.result, self.language)).decode()

    @property
    def dark(self) -> str:
        """Colours of the chart in the dark, by those in the light."""
        return orjson.dumps(dark_colours()).decode()

    @property
    def span(self) -> str:
        """From which day to which the series goes."""
        assert self.result is not None
        return days_span(self.result.rows[0].day, self.result.rows[-1].day)

    @property
    def windows(self) -> list[dict[str, str]]:
        """The campaign and what came after, as a table has it."""
        return window_rows(self.result, self.language) if self.has_verdict else []

    @property
    def placebo(self) -> str:
        """What the engine said of dates on which nothing happened."""
        return placebo_sentence(getattr(self.result, "placebo", None), self.language)

    @property
    def assumed(self) -> list[str]:
        """What the answer rests on."""
        return assumptions(self.result, self.language)

    @property
    def next_step(self) -> str:
        """What to do with it."""
        return next_step(getattr(self.result, "verdict", ""))


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest) -> HttpResponse:
    """Show the form, or the answer above it."""
    member_of(request)
    answer, chosen = None, request.GET.get("example", "")
    if request.method == "POST":
        form = MeasureForm(request.POST, request.FILES)
        answer = _asked(form)
    elif chosen in EXAMPLES:
        form = MeasureForm(example(chosen, _language()))
        answer = _asked(form)
    else:
        chosen = ""
        form = MeasureForm()
    context = {
        "form": form,
        "answer": answer,
        "example": chosen,
        "columns_open": bool({"date_column", "value_column", "control_columns"} & set(form.errors)),
    }
    is_part = request.method == "POST" and getattr(request, "htmx", None)
    page = "pages/_measure.html" if is_part else "pages/measure.html"
    return render(request, page, context)


@require_POST
def rows(request: HttpRequest) -> HttpResponse:
    """Give the rows of the chart as CSV; an empty cell is 'not collected', never zero."""
    member_of(request)
    form = MeasureForm(request.POST)
    answer = _asked(form)
    if answer is None or answer.result is None:
        return _with_faults(request, form, answer)
    header = (
        *(_("day"), _("observed"), _("mean of 7 days"), _("without the campaign (estimate)")),
        *(_("lower bound"), _("upper bound")),
    )
    told = (
        (row.day, *map(_rounded, (row.observed, row.mean7, row.counterfactual, row.low, row.high)))
        for row in answer.result.rows
    )
    return response("entregent-mesure.csv", header, told)


@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Give the chart as a picture, for readers without JavaScript and for documents."""
    member_of(request)
    form = MeasureForm(request.POST)
    answer = _asked(form)
    if answer is None or answer.result is None:
        return _with_faults(request, form, answer)
    drawn = svg(specification(answer.result, answer.language) | {"background": "#ffffff"})
    return HttpResponse(drawn, content_type="image/svg+xml")


def _with_faults(request: HttpRequest, form: MeasureForm, answer: Answer | None) -> HttpResponse:
    context = {"form": form, "answer": answer, "example": "", "columns_open": True}
    return render(request, "pages/measure.html", context)


def _asked(form: MeasureForm) -> Answer | None:
    """The answer to what was asked; None where the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        with turn():
            read = _read(form)
            return None if read is None else _answer(form, read)
    except Busy:
        form.add_error(None, _("Others are measuring just now. Send it again in a minute."))
        return None


def _read(form: MeasureForm) -> "SeriesTable | None":
    from entregent.measurement.reading import read_table, series_from
    from entregent.measurement.results import CannotMeasure

    said = form.cleaned_data
    file = said["file"]
    source: bytes | str = file.read() if file else said["text"]
    where = "file" if file else "text"
    try:
        table = read_table(source)
    except CannotMeasure as refused:
        form.add_error(where, refused.sentence(_language()))
        return None
    if not _columns_are_there(form, table):
        return None
    try:
        read = series_from(
            table,
            date=said["date_column"] or None,
            value=said["value_column"] or None,
            controls=form.controls,
        )
    except CannotMeasure as refused:
        form.add_error(_FIELDS.get(refused.code, where), refused.sentence(_language()))
        return None
    if len(read.outcome) > MOST_DAYS:
        form.add_error(
            where,
            _(
                "This series has %(days)s days, and this page takes %(most)s. Leave out the oldest "
                "ones, or use the command line: entregent measure boost SERIES.csv --campaign "
                "START END"
            )
            % {"days": len(read.outcome), "most": MOST_DAYS},
        )
        return None
    if file:
        # What was dropped stands in the field afterwards, as if it had been typed.
        form.data = {**dict(form.data.items()), "text": _typed(source, read)}
    return read


def _columns_are_there(form: MeasureForm, table: "Table") -> bool:
    from entregent.measurement.results import CannotMeasure

    named = [
        ("date_column", form.cleaned_data["date_column"]),
        ("value_column", form.cleaned_data["value_column"]),
        *(("control_columns", name) for name in form.controls),
    ]
    for field, name in named:
        try:
            if name:
                table.index_of(name)
        except CannotMeasure as refused:
            form.add_error(field, refused.sentence(_language()))
    return not form.errors


def _answer(form: MeasureForm, read: "SeriesTable") -> Answer | None:
    from entregent.measurement.boosts import boost
    from entregent.measurement.calendars import holiday_names
    from entregent.measurement.effects import effect
    from entregent.measurement.results import CannotMeasure

    said, language = form.cleaned_data, _language()
    first, last = said["first_day"], said["last_day"]
    series = read.outcome
    asked: dict[str, Any] = {
        "controls": read.controls,
        "holidays": holiday_names(
            series.first_day, series.last_day, said["calendar"] or "none", language
        ),
    }
    result: BoostResult | EffectResult
    try:
        try:
            result = boost(series, (first, last), kind=said["kind"], **asked)
        except CannotMeasure as refused:
            if refused.code != "campaign_running":
                raise
            from entregent.measurement.boosts import flow_of

            flow = flow_of(series) if said["kind"] == "stock" else series
            result = effect(flow, first, **asked)
    except CannotMeasure as refused:
        if refused.code in _FIELDS:
            form.add_error(_FIELDS[refused.code], refused.sentence(language))
            return None
        return Answer(None, refused, read.notes, series.name, language)
    return Answer(result, None, read.notes, series.name, language, _again(form))


def _again(form: MeasureForm) -> tuple[tuple[str, str], ...]:
    """Everything that was asked, the text of a dropped file included."""
    return tuple((name, str(form.data.get(name, ""))) for name in form.fields if name != "file")


def _typed(source: bytes | str, read: "SeriesTable") -> str:
    """What a file holds, as text for a field: the columns that were read, where it is too long."""
    from entregent.measurement.reading.text import text_of
    from entregent.site.csv_cells import text_of as csv_of

    text = text_of(source)
    if len(text) <= LONGEST_TEXT // 2:
        return text
    series = [read.outcome, *read.controls]
    names = [each.name or str(number) for number, each in enumerate(series, start=1)]
    told = ((day, *(each.value_on(day) for each in series)) for day in read.outcome.days)
    return csv_of(["date", *names], told)


def _language() -> "Language":
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
