"""A form field that takes a saved query, and says in the page's language what is wrong with it."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from entregent.understanding.queries import QueryError, parse

SENTENCES = {
    "empty": _("Write at least one word to look for."),
    "too_long": _("This query has more than 4,000 characters: make two of it."),
    "too_deep": _(
        "Parentheses are nested too deep at character {position}: make two queries of it."
    ),
    "unclosed_quote": _(
        "The quotation mark at character {position} is never closed: add one after the phrase."
    ),
    "unclosed_parenthesis": _(
        "The parenthesis at character {position} is never closed: add “)” where it should end."
    ),
    "unopened_parenthesis": _(
        "The parenthesis at character {position} closes nothing: remove it, or add “(” before."
    ),
    "nothing_inside": _(
        "There is nothing between the signs at character {position}: "
        "write a word there, or remove them."
    ),
    "nothing_before": _("“{word}” at character {position} needs a word before it."),
    "nothing_after": _("“{word}” at character {position} needs a word after it."),
    "no_word": _("“{word}” at character {position} holds no letter, digit or emoji: remove it."),
    "short_prefix": _(
        "“{word}” at character {position} would find too much: "
        "write at least two letters before the star."
    ),
}
"""The sentences of `entregent.understanding.queries`, to be translated."""

_AROUND = 24


class QueryField(forms.CharField):
    """Words to look for, joined by AND, OR and NOT; the cleaned value reads as a query."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "dir": "auto"})
        super().__init__(max_length=2000, widget=widget, **options)

    def clean(self, value: Any) -> str:
        """Refuse what cannot be read, with its place marked."""
        said: str = super().clean(value)
        try:
            if said:
                parse(said)
        except QueryError as error:
            raise forms.ValidationError(explained(said, error), code=error.code) from error
        return said


def explained(query: str, error: QueryError) -> SafeString:
    """What is wrong with a query, and the query around the place with the place marked."""
    sentence = str(SENTENCES[error.code]).format(position=error.position, word=error.word[:40])
    place = min(max(error.position - 1, 0), max(len(query) - 1, 0))
    start, end = max(place - _AROUND, 0), place + 1 + _AROUND
    return format_html(
        '{} <code class="query">{}{}<mark>{}</mark>{}{}</code>',
        sentence,
        "…" if start else "",
        query[start:place],
        query[place : place + 1],
        query[place + 1 : end],
        "…" if end < len(query) else "",
    )
