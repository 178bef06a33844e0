"""The reference page of the metrics says what stands in the code."""

from django.utils import translation

from entregent.apps.measure.metrics import METRICS
from entregent.apps.measure.windows import windows_of
from entregent.apps.measure.words import METRICS as WORDS
from entregent.apps.measure.words import WINDOWS
from tests.docs.pages import DOCS, code_words, rows, sections
from tests.measure.test_windows import FIRST, series

PAGE = sections(DOCS / "reference" / "metrics.md")


def test_every_metric_is_documented_with_its_unit_and_no_other() -> None:
    said = {code_words(row[0])[0]: row[1] for row in rows(PAGE["What is counted"])}
    with translation.override("en"):
        assert said == {slug: str(unit) for slug, (_, unit) in WORDS.items()}
    assert set(said) == set(METRICS)


def test_the_networks_of_each_metric_are_those_documented() -> None:
    for row in rows(PAGE["Where the numbers come from"]):
        for slug in code_words(row[0]):
            assert METRICS[slug].networks == tuple(code_words(row[1]))


def test_every_window_is_documented_and_named() -> None:
    said = [word for row in rows(PAGE["Windows"]) for word in code_words(row[0])]
    assert said == [window.code for window in windows_of(FIRST, FIRST, series([], FIRST, FIRST))]
    assert said == list(WINDOWS)
