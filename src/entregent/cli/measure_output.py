"""How an answer of ``entregent measure`` is shown: a report, a JSON document, a chart in a file."""

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from entregent.cli.measure_table import found, table_lines, word
from entregent.cli.output import PlainError, print_json
from entregent.measurement.reading import Note
from entregent.measurement.results import CannotMeasure, Check, Language, Result

CHART_FORMS: Final = (".svg", ".png", ".html")

_NOTHING: Final = {"estimate": None, "low": None, "high": None}
_PLACEBO: Final = dict.fromkeys(("windows", "z_rms", "false_positive_share", "widened"))
EFFECT: Final[Mapping[str, Any]] = {
    "mean": _NOTHING,
    "total": _NOTHING,
    "relative": _NOTHING,
    "p_two_sided": None,
    "scale": None,
    "models": {},
    "placebo": _PLACEBO,
    "days_before": None,
    "days_after": None,
}
"""An answer to ``measure effect`` that could not be given."""
BOOST: Final[Mapping[str, Any]] = {
    **EFFECT,
    "verdict": None,
    "boost": {"total": _NOTHING, "per_day": _NOTHING},
    "carry_over": _NOTHING,
    "windows": [],
    "path": {"lasting": _NOTHING, "half_life_days": _NOTHING, "slope": _NOTHING},
    "more_days_needed": None,
}
"""The same for ``measure boost``."""
POWER: Final[Mapping[str, Any]] = {
    "smallest": dict.fromkeys(("per_day", "total", "share")),
    "expected": _NOTHING,
    "read_outs": [],
    "hoped": None,
    "remedy": None,
    "scale": None,
    "models": {},
    "placebo": _PLACEBO,
    "days_before": None,
}
"""The same for ``measure power``."""
PANEL: Final[Mapping[str, Any]] = {
    "effect": _NOTHING,
    "p": None,
    "weights": {},
    "per_period": [],
}
"""The same for ``measure panel``."""

_OUTCOMES: Final = {
    "passed": ("réussi", "passed"),
    "failed": ("échoué", "failed"),
    "informative": ("pour information", "for information"),
}


@dataclass(frozen=True, slots=True)
class Showing:
    """How an answer is asked to be shown.

    Attributes
    ----------
    language
        Of the report, of the reason for a refusal and of one line about an error.
    as_json
        One JSON document in place of the report.
    chart
        File to write a chart to; None for none.
    """

    language: Language = "fr"
    as_json: bool = False
    chart: Path | None = None

    def plain(self, error: CannotMeasure) -> PlainError:
        """What cannot be read, as the line that the person at the keyboard sees."""
        return PlainError(error.sentence(self.language))

    def wrong(self, *, fr: str, en: str) -> PlainError:
        """A wrong option, as that line."""
        return PlainError(fr if self.language == "fr" else en)

    def check(self) -> None:
        """Refuse a chart that could not be written, before anything is estimated."""
        if self.chart is None:
            return
        if self.chart.suffix.lower() not in CHART_FORMS:
            raise self.wrong(
                fr=f"--chart : « {self.chart.name} » doit finir par .svg, .png ou .html",
                en=f"--chart: « {self.chart.name} » must end in .svg, .png or .html",
            )
        if self.chart.is_dir() or not self.chart.absolute().parent.is_dir():
            raise self._unwritable("")

    def _unwritable(self, reason: str) -> PlainError:
        told = f" ({reason})" if reason else ""
        return self.wrong(
            fr=f"--chart : {self.chart} ne peut pas être écrit{told}; choisissez un fichier dans "
            "un dossier qui existe",
            en=f"--chart: {self.chart} cannot be written{told}; choose a file in a folder that "
            "exists",
        )

    def answer(self, result: Result, notes: Sequence[Note], seconds: float) -> None:
        """Show a result."""
        if self.chart is not None:
            self._write_chart(result)
        if self.as_json:
            document = {"refused": None, "seconds": seconds, **result.to_dict()}
            print_json(_plain({**document, "notes": _told(notes)}))
            return
        # A verdict has a name in the fixed words of the house.
        title = getattr(result, "title", None)
        if title is not None:
            print(title(self.language))
        print(result.sentence(self.language))
        _section("", table_lines(result.table(), self.language))
        predictors = [each.to_dict() for each in getattr(result, "predictors", ())]
        _section("", table_lines(predictors, self.language) if predictors else ())
        advice = getattr(result, "advice", None)
        if advice is not None:
            _section("", advice(self.language))
        titles = ("Vérifications", "Notes") if self.language == "fr" else ("Checks", "Notes")
        _section(titles[0], [_check(each, self.language) for each in result.origin.checks])
        caution = getattr(result, "caution", None)
        cautions = [caution(self.language)] if caution is not None else []
        _section(titles[1], [*cautions, *(each.sentence(self.language) for each in notes)])

    def refuse(
        self,
        shape: Mapping[str, Any],
        refused: CannotMeasure,
        notes: Sequence[Note],
        seconds: float,
    ) -> None:
        """Show a refusal, which is an answer too: the same document, with nothing in it."""
        sentences = {
            "fr": f"On ne peut pas le mesurer. {refused.fr}",
            "en": f"Cannot be measured. {refused.en}",
        }
        if self.as_json:
            document = {
                **shape,
                "refused": refused.sentence(self.language),
                "refused_code": refused.code,
                "sentence": sentences,
                "notes": _told(notes),
                "seconds": seconds,
            }
            print_json(document)
            return
        print(sentences[self.language])
        told = [each.sentence(self.language) for each in notes]
        if self.chart is not None:
            french = self.language == "fr"
            told.append("Aucun graphique n'a été écrit." if french else "No chart was written.")
        _section("Notes", told)

    def _write_chart(self, result: Result) -> None:
        assert self.chart is not None
        # Results whose words stand in two languages ask for one.
        asked = [self.language] if "language" in inspect.signature(result.chart).parameters else []
        drawn = result.chart(*asked).to_dict()
        try:
            picture = _drawing(drawn, self.chart.suffix.lower(), self.language)
            self.chart.write_bytes(picture)
        except OSError as error:
            raise self._unwritable(error.strerror or str(error)) from None


def _drawing(specification: Mapping[str, Any], form: str, language: Language) -> bytes:
    import vl_convert

    # Months and numbers on the axes, as in the sentence.
    numbers, days = ("fr-CA", "fr-FR") if language == "fr" else ("en-US", "en-US")
    asked: dict[str, Any] = {"format_locale": numbers, "time_format_locale": days}
    drawn: bytes | str
    if form == ".png":
        drawn = vl_convert.vegalite_to_png(dict(specification), scale=2, **asked)
    elif form == ".html":
        # Everything in one page: it opens without a network.
        drawn = vl_convert.vegalite_to_html(dict(specification), bundle=True, **asked)
    else:
        drawn = vl_convert.vegalite_to_svg(dict(specification), **asked)
    return drawn if isinstance(drawn, bytes) else drawn.encode()


def _told(notes: Sequence[Note]) -> list[dict[str, str]]:
    return [{"code": each.code, "fr": each.fr, "en": each.en} for each in notes]


def _plain(value: Any) -> Any:
    """The same with numbers that JSON has: plain ones, and null for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _section(title: str, lines: Sequence[str]) -> None:
    if lines:
        print()
        if title:
            print(title)
        print("\n".join(f"  {line}" for line in lines))


def _check(check: Check, language: Language) -> str:
    outcome = _OUTCOMES[check.outcome][language == "en"]
    numbers = ", ".join(
        f"{word(key, language)} {found(float(value), language)}"
        for key, value in check.numbers.items()
    )
    colon = "\N{NO-BREAK SPACE}:" if language == "fr" else ":"
    return f"{word(check.name, language)}{colon} {outcome}" + (f" ({numbers})" if numbers else "")
