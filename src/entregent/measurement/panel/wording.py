"""French as Québec sets it, and the refusals of panels."""

from entregent.measurement.results import CannotMeasure
from entregent.measurement.words import NO_BREAK


def set_in_french(text: str) -> str:
    """Non-breaking spaces where typed ones stand: within guillemets, before a colon."""
    return (
        text.replace("« ", f"«{NO_BREAK}")
        .replace(" »", f"{NO_BREAK}»")
        .replace(" :", f"{NO_BREAK}:")
    )


def cannot(code: str, *, fr: str, en: str) -> CannotMeasure:
    """A refusal, to be raised."""
    return CannotMeasure(code, fr=set_in_french(fr), en=en)
