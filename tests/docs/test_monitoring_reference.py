"""The page on monitoring names every check and every number there is, and no other."""

from __future__ import annotations

from entregent.site.monitoring import METRICS
from entregent.site.pages.health import NAMES
from tests.docs.pages import DOCS, code_words, rows, sections

PAGE = sections(DOCS / "reference" / "monitoring.md")


def test_every_metric_is_documented_with_its_type_and_labels_and_no_other() -> None:
    said = {
        code_words(name)[0]: (kind, tuple(code_words(labels)))
        for name, kind, labels, _ in rows(PAGE["Numbers"])
    }
    assert said == {name: (kind.type, kind.labels) for name, kind in METRICS.items()}


def test_every_check_is_documented_and_no_other() -> None:
    assert {code_words(row[0])[0] for row in rows(PAGE["Every check"])} == set(NAMES)


def test_names_of_metrics_say_their_unit() -> None:
    for name, kind in METRICS.items():
        assert name.startswith("entregent_")
        assert name.endswith("_total") == (kind.type == "counter"), name
