"""What the organisation's tables say of somebody who is forgotten; and how other apps mask theirs.

Audit rows name people by number and fields by name, so that little can stand there. What does,
because somebody typed it where it does not belong, is masked like every other text.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from entregent.apps.organisation.models import AuditEntry, Function, Public, Subject

SOME = 500


class Mask(Protocol):
    """Takes somebody out of a text; `pattern` is a regular expression of what is worth a look."""

    pattern: str

    def __call__(self, text: str, language: str | None = None) -> str: ...


def mask_texts(
    model: type[models.Model],
    names: Sequence[str],
    mask: Mask,
    *,
    language: str = "",
    finish: Callable[[str], str] = str,
) -> int:
    """Mask texts of a table; returns the rows that were changed.

    Parameters
    ----------
    model
        The table.
    names
        Its columns: texts, or JSON whose texts are meant.
    mask
        What must go.
    language
        Name of the column that tells the language, where there is one; names that end in ``_fr``
        and ``_en`` tell it themselves.
    finish
        Applied to a text that was changed.
    """
    if not mask.pattern:
        return 0
    changed = 0
    last = 0
    manager = model._default_manager  # noqa: SLF001 (documented by Django)
    wanted = models.Q()
    casts = {f"as_text_{name}": Cast(name, TextField()) for name in names}
    for name in casts:
        wanted |= models.Q(**{f"{name}__iregex": mask.pattern})
    while True:
        found = list(manager.alias(**casts).filter(wanted, pk__gt=last).order_by("pk")[:SOME])
        if not found:
            return changed
        last = found[-1].pk
        with transaction.atomic():
            for row in found:
                changed += _mask_row(row, names, mask, language, finish)


def _mask_row(
    row: models.Model,
    names: Sequence[str],
    mask: Mask,
    language: str,
    finish: Callable[[str], str],
) -> int:
    touched = []
    for name in names:
        before = getattr(row, name)
        if not before:
            continue
        spoken = name[-2:] if name[-3:] in {"_fr", "_en"} else None
        if language:
            spoken = getattr(row, language) or spoken
        after = masked(before, mask, spoken, finish)
        if after != before:
            longest = getattr(row._meta.get_field(name), "max_length", None)  # noqa: SLF001 (documented by Django)
            setattr(row, name, after[:longest] if isinstance(after, str) and longest else after)
            touched.append(name)
    if touched:
        row.save(update_fields=touched)
    return bool(touched)


def masked(value: Any, mask: Mask, language: str | None, finish: Callable[[str], str] = str) -> Any:
    """A text, or the texts of a JSON value, without them."""
    if isinstance(value, str):
        after = mask(value, language)
        return value if after == value else finish(after)
    if isinstance(value, list):
        return [masked(item, mask, language, finish) for item in value]
    if isinstance(value, dict):
        return {name: masked(item, mask, language, finish) for name, item in value.items()}
    return value


def plain_rows(rows: models.QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    """Rows as they stand, for whoever asks what is held of them; all columns if none is named."""
    return [dict(row) for row in rows.values(*names)]


def without_brackets(text: str) -> str:
    """What stands for somebody, as a query may hold it: brackets mean nothing there."""
    return text.replace("[", "").replace("]", "")


def mask_account(mask: Mask) -> int:
    """Mask what subjects, names and the audit trail say of somebody; returns the rows changed."""
    return sum(
        (
            mask_texts(AuditEntry, ["subject", "changes"], mask),
            mask_texts(Subject, ["query"], mask, finish=without_brackets),
            mask_texts(Subject, ["name_fr", "name_en"], mask),
            mask_texts(Public, ["name_fr", "name_en"], mask),
            mask_texts(Function, ["answers_for_fr", "answers_for_en"], mask),
        )
    )
