"""``/metrics``: numbers about the instance in the text format that Prometheus reads.

What is about the house is read from its database when somebody asks, and is the same in every
process. Requests are counted by each process for itself: whoever runs several asks each of them.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from entregent import __version__
from entregent.apps.measure.actions import metrics_due
from entregent.apps.organisation.queries import last_recorded
from entregent.apps.remember.erasures import unfinished
from entregent.site.timing import BUCKETS_S, timed

if TYPE_CHECKING:
    from prometheus_client import Metric

    from entregent.apps.listen.figures import Figures

SCOPE: Final = "monitoring"
"""Scope of the API token that opens them."""
_FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a metric is: ``gauge``, ``counter`` or ``histogram``; what it says; its labels."""

    type: str
    help: str
    labels: tuple[str, ...] = ()


METRICS: Final = {
    "entregent_info": Kind("gauge", "Always 1; the label is the version.", ("version",)),
    "entregent_journal_rows_waiting": Kind("gauge", "Rows that are not in the lake yet."),
    "entregent_journal_chunks_waiting": Kind("gauge", "Chunks that are landed, not admitted."),
    "entregent_journal_batches_waiting": Kind("gauge", "Batches with a number, not in the lake."),
    "entregent_journal_wait_seconds": Kind("gauge", "How long the oldest row has waited."),
    "entregent_batches_total": Kind("counter", "Batches that got a number."),
    "entregent_keeper_held": Kind("gauge", "1 while a keeper holds the lease, else 0."),
    "entregent_lake_rows": Kind("gauge", "Rows of a table of the lake.", ("table",)),
    "entregent_lake_files": Kind("gauge", "Files of a table of the lake.", ("table",)),
    "entregent_lake_bytes": Kind("gauge", "Bytes of a table of the lake.", ("table",)),
    "entregent_lake_compacted_timestamp_seconds": Kind(
        "gauge", "When the lake was last compacted, since 1970."
    ),
    "entregent_sources": Kind("gauge", "Sources in a state.", ("state",)),
    "entregent_source_items_total": Kind(
        "counter", "Items that a source brought.", ("source", "network")
    ),
    "entregent_source_refused_total": Kind(
        "counter", "Items of a source that could not be read.", ("source", "network")
    ),
    "entregent_source_failures": Kind(
        "gauge", "Tries that failed since the last good one.", ("source", "network")
    ),
    "entregent_source_gap_open": Kind(
        "gauge", "1 while a source is not collected, else 0.", ("source", "network")
    ),
    "entregent_source_item_timestamp_seconds": Kind(
        "gauge", "When a source last brought something, since 1970.", ("source", "network")
    ),
    "entregent_metrics_due": Kind("gauge", "Daily counts that have to be counted again."),
    "entregent_findings_due": Kind("gauge", "Effects of campaigns that have to be measured."),
    "entregent_rollup_notes_waiting": Kind("gauge", "Hours and keys to be counted again."),
    "entregent_rollup_lag_seconds": Kind(
        "gauge", "Age of a roll-up while something is to be counted again, else 0.", ("rollup",)
    ),
    "entregent_erasures_unfinished": Kind("gauge", "Erasures that are not finished."),
    "entregent_backup_age_seconds": Kind(
        "gauge", "Age of the newest backup; absent if there is none."
    ),
    "entregent_requests_total": Kind(
        "counter", "Requests answered by this process.", ("view", "method", "status")
    ),
    "entregent_request_seconds": Kind("histogram", "How long requests took.", ("view",)),
}
"""Every metric; docs/reference/monitoring.md says the same."""

_Samples = dict[str, list[tuple[tuple[str, ...], float]]]


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give every metric to this machine, or to whoever has a token for it."""
    from entregent.site.api.bearer import Bearer
    from entregent.site.api.problems import Problem, no_token

    if not _is_this_machine(request):
        word, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            if word.lower() != "bearer" or not token:
                raise no_token()
            Bearer(SCOPE).authenticate(request, token.strip())
        except Problem as problem:
            return problem.response()
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

    registry = CollectorRegistry()
    registry.register(_Collector())
    return HttpResponse(
        generate_latest(registry),
        content_type=CONTENT_TYPE_PLAIN_0_0_4,
        headers={"Cache-Control": "no-store"},
    )


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether it was asked here, and not through a server in front of the site."""
    if settings.SECURE or any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _Collector:
    """What the library asks for when a page of metrics is wanted."""

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        samples = _samples()
        for name, kind in METRICS.items():
            if kind.type == "histogram":
                histogram = HistogramMetricFamily(name, kind.help, labels=kind.labels)
                for view, each in sorted(timed().items()):
                    histogram.add_metric([view], _cumulated(each.buckets), each.seconds)
                yield histogram
                continue
            family = (CounterMetricFamily if kind.type == "counter" else GaugeMetricFamily)(
                name, kind.help, labels=kind.labels
            )
            for labels, value in samples.get(name, []):
                family.add_metric(labels, value)
            yield family


def _cumulated(buckets: Iterable[int]) -> list[tuple[str, float]]:
    found, total = [], 0
    for bound, count in zip([*map(str, BUCKETS_S), "+Inf"], buckets, strict=True):
        total += count
        found.append((bound, float(total)))
    return found


def _samples() -> _Samples:
    # They open the lake: the site starts without the engines.
    from entregent.apps.listen.figures import figures
    from entregent.apps.measure.actions_findings import findings_due
    from entregent.keeping.health import BACKED_UP

    found: _Samples = {"entregent_info": [((__version__,), 1.0)]}
    found |= _of_listening(figures())
    newest = last_recorded(BACKED_UP, "backup")
    if newest is not None:
        found["entregent_backup_age_seconds"] = [((), time.time() - newest.timestamp())]
    found["entregent_metrics_due"] = [((), metrics_due())]
    found["entregent_findings_due"] = [((), findings_due())]
    found["entregent_erasures_unfinished"] = [((), len(unfinished()))]
    found["entregent_requests_total"] = [
        ((view, method, str(status)), count)
        for view, each in sorted(timed().items())
        for (method, status), count in sorted(each.answers.items())
    ]
    return found


def _of_listening(now: "Figures") -> _Samples:
    states: dict[str, int] = {}
    for source in now.sources:
        states[source.state] = states.get(source.state, 0) + 1
    compacted = now.last_compaction_at
    labelled = [((str(each.id), each.network), each) for each in now.sources]
    return {
        "entregent_journal_rows_waiting": [((), now.rows_waiting)],
        "entregent_journal_chunks_waiting": [((), now.chunks_waiting)],
        "entregent_journal_batches_waiting": [((), now.batches_waiting)],
        "entregent_journal_wait_seconds": [((), now.wait_s)],
        "entregent_batches_total": [((), now.last_batch)],
        "entregent_keeper_held": [((), float(now.is_kept))],
        "entregent_lake_rows": [((each.name,), each.rows) for each in now.tables],
        "entregent_lake_files": [((each.name,), each.files) for each in now.tables],
        "entregent_lake_bytes": [((each.name,), each.size) for each in now.tables],
        "entregent_lake_compacted_timestamp_seconds": (
            [((), compacted.timestamp())] if compacted is not None else []
        ),
        "entregent_sources": [((state,), count) for state, count in sorted(states.items())],
        "entregent_source_items_total": [(names, each.items) for names, each in labelled],
        "entregent_source_refused_total": [(names, each.refused) for names, each in labelled],
        "entregent_source_failures": [(names, each.failures) for names, each in labelled],
        "entregent_source_gap_open": [(names, float(each.is_gap_open)) for names, each in labelled],
        "entregent_source_item_timestamp_seconds": [
            (names, each.last_item_at.timestamp())
            for names, each in labelled
            if each.last_item_at is not None
        ],
        "entregent_rollup_notes_waiting": [((), now.rollup_notes)],
        "entregent_rollup_lag_seconds": [
            ((name,), lag) for name, lag in sorted(now.rollup_lag_s.items())
        ],
    }
