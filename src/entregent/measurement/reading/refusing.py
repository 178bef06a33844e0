"""How reading says what it could not read, and what it decided by itself."""

from dataclasses import dataclass
from typing import Final

from entregent.measurement.results import CannotMeasure, Language, set_in_french

_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Note:
    """Something that reading decided or left aside, to be told beside the result.

    Attributes
    ----------
    code
        Word for it, as ``unordered``.
    fr, en
        One sentence of each language.
    """

    code: str
    fr: str
    en: str

    def sentence(self, language: Language) -> str:
        """The note in a language."""
        return self.fr if language == "fr" else self.en


def note(code: str, *, fr: str, en: str) -> Note:
    """A note, with French spaces as Québec sets them."""
    return Note(code, set_in_french(fr), en)


def refusal(code: str, *, fr: str, en: str) -> CannotMeasure:
    """A refusal, with French spaces as Québec sets them."""
    return CannotMeasure(code, fr=fr, en=en)


def shown(text: str) -> str:
    """What stands in a cell, fit to stand in a sentence: short, and only what can be printed."""
    flat = "".join(each if each.isprintable() else " " for each in text.strip())
    flat = " ".join(flat.split(" ")).strip()
    return flat if len(flat) <= _LONGEST_SHOWN else flat[: _LONGEST_SHOWN - 1] + "…"


def place(line: int, name: str) -> tuple[str, str]:
    """Where a cell stands, in French and in English, to begin a sentence with."""
    return (
        f"Ligne {line}, colonne « {shown(name)} »",
        f"Line {line}, column « {shown(name)} »",
    )
