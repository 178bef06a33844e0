"""Two simulated series that a newcomer can try: a peak that ends, a rate that stays."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

EXAMPLES: Final = ("boost", "lasting")
_BEFORE, _AFTER, _CAMPAIGN = 240, 330, 28
_LEVEL, _NOISE = 12.0, 2.0


def example(name: str, language: str) -> dict[str, str]:
    """What stands in the form for an example: its table is simulated, and says so."""
    from entregent.simulation.daily_series import Effect, draw

    effects = {
        "boost": Effect(during=16.0),
        "lasting": Effect(during=5.0, lasting=3.5),
    }
    world = draw(
        "iid_trend",
        21,
        before=_BEFORE,
        after=_AFTER,
        campaign=_CAMPAIGN,
        effect=effects[name],
    )
    days = [world.first_day + timedelta(days=number) for number in range(len(world.values))]
    # The world's trend is taken off: new followers of a quiet page.
    level = [50.0 + 0.01 * number for number in range(len(days))]
    values = [
        max(round(_LEVEL + _NOISE * (value - base)), 0)
        for value, base in zip(world.values, level, strict=True)
    ]
    title = _("new followers (simulated)")
    separator = ";" if language == "fr" else ","
    lines = [f"{_('day')}{separator}{title}"]
    lines += [f"{day}{separator}{value}" for day, value in zip(days, values, strict=True)]
    return {
        "text": "\n".join(lines),
        "first_day": days[world.start].isoformat(),
        "last_day": days[world.end].isoformat(),
        "kind": "flow",
        "calendar": "none",
    }
