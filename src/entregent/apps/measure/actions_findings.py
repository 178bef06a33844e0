"""Working out what campaigns added, a little at a time; the worker does it between its turns."""

from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from entregent.apps.address.queries import launched_campaigns
from entregent.apps.listen.queries import local_day
from entregent.apps.measure.finding import Answer, Asked, Material, answer_to, askable, material_of
from entregent.apps.measure.models import Finding, ReadOut, RollUp
from entregent.apps.measure.series import Listening
from entregent.apps.organisation.actions import record as audit
from entregent.measurement.words import NO_BREAK

log = structlog.get_logger("entregent.measure")

CLAIM: Final = timedelta(minutes=10)
"""How long somebody has who works on an answer, before another may take it over."""
_FAILED: Final = (
    "engine_failed",
    (
        f"Le calcul a échoué{NO_BREAK}: c'est une faute du logiciel, pas de vos données. Il sera "
        "refait quand il y aura un jour de plus."
    ),
    (
        "The computation failed: that is a fault of the software, not of your data. It will be "
        "tried again when there is one more day."
    ),
)


def measure_due(limit: int = 1) -> int:
    """Work out what is due, the campaigns' own metrics first.

    Due is what was never asked, and what may have changed since: a newer day is complete, complete
    days were counted again, the campaign's days, place or neighbours are others, or the date of its
    next read-out has come. Where all that goes in is still the same, the answer stands and is not
    computed again.

    Parameters
    ----------
    limit
        Answers to look at, at most; each takes up to a second, and some more at the very first.

    Returns
    -------
    int
        How many were looked at; 0 if nothing was due.
    """
    listening = None
    done = 0
    for asked in _due():
        if done == limit:
            break
        row = _claim(asked)
        if row is None:
            continue
        done += 1
        listening = listening or Listening.now()
        material = material_of(asked, listening)
        if material.fingerprint == row.fingerprint:
            _leave(row, asked)
        else:
            # Computed outside of any transaction: nobody waits for it.
            _store(row, material, _answer(material))
    return done


def findings_due() -> int:
    """How many answers have to be worked out, or looked at again."""
    return len(_due())


def _answer(material: Material) -> Answer:
    """Ask the engine; its own fault is told as such, and keeps nobody else from an answer."""
    try:
        return answer_to(material)
    except Exception as error:  # noqa: BLE001 (the next ones are still to be answered)
        asked = material.asked
        log.error(
            "measure.engine_failed",
            campaign=asked.campaign.id,
            metric=asked.metric,
            error=type(error).__name__,
        )
        return Answer({}, {}, *_FAILED)


def _due() -> list[Asked]:
    counted = RollUp.objects.in_bulk()
    # What is being counted stands in rows of its own: see actions.py.
    being_counted = {name[1:] for name in counted if name.startswith("#")}
    settled = {name: row for name, row in counted.items() if name not in being_counted}
    known = {
        (campaign, metric): (outline, claimed_at)
        for campaign, metric, outline, claimed_at in Finding.objects.values_list(
            "campaign_id", "metric", "outline", "claimed_at"
        )
    }
    still = timezone.now() - CLAIM
    found = []
    today = local_day(timezone.now())
    for asked in askable(launched_campaigns(), settled, _planned(), today):
        outline, claimed_at = known.get((asked.campaign.id, asked.metric), ("", None))
        if outline != asked.outline and (claimed_at is None or claimed_at < still):
            found.append(asked)
    return found


def _planned() -> dict[int, list[date]]:
    """Dates of the planned read-outs, by campaign."""
    found: dict[int, list[date]] = {}
    for campaign, due_on in ReadOut.objects.values_list("campaign_id", "due_on"):
        found.setdefault(campaign, []).append(due_on)
    return found


def _claim(asked: Asked) -> Finding | None:
    """Take an answer over, if nobody else has it or has just given it."""
    now = timezone.now()
    row, _ = Finding.objects.get_or_create(campaign_id=asked.campaign.id, metric=asked.metric)
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    rows = Finding.objects.filter(free, pk=row.pk).exclude(outline=asked.outline)
    if not rows.update(claimed_at=now):
        return None
    return Finding.objects.defer("rows").get(pk=row.pk)


def _leave(row: Finding, asked: Asked) -> None:
    """Nothing changed: the answer stands, and is not looked at again until something may have."""
    _mine(row).update(outline=asked.outline, claimed_at=None)


@transaction.atomic
def _store(row: Finding, material: Material, answer: Answer) -> None:
    asked = material.asked
    now: datetime = timezone.now()
    changed: dict[str, Any] = {
        "place": asked.place,
        "computed_at": now,
        "until": asked.until,
        "fingerprint": material.fingerprint,
        "outline": asked.outline,
        "claimed_at": None,
        "refused": answer.refused,
        "refused_fr": answer.fr,
        "refused_en": answer.en,
        "result": answer.result,
        "rows": answer.rows,
    }
    if not _mine(row).update(**changed):
        # Somebody else has taken it over meanwhile, or the campaign is gone.
        return
    audit(
        acting_user=None,
        action="measure.finding_made",
        subject=f"campaign:{asked.campaign.id}",
        changes={
            "metric": [None, asked.metric],
            "verdict": [_word(row.result, row.refused), _word(answer.result, answer.refused)],
            "until": [row.until.isoformat() if row.until else None, asked.until.isoformat()],
            "level": [row.result.get("level"), answer.result.get("level")],
        },
    )


def _mine(row: Finding) -> Any:
    return Finding.objects.filter(pk=row.pk, claimed_at=row.claimed_at)


def _word(result: dict[str, Any], refused: str) -> str | None:
    return refused or result.get("verdict") or ("running" if result else None)
