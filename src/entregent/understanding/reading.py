"""Reading one text whole: language, state of mind and intents, by the engines of this release."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html.parser import HTMLParser

import nh3

from entregent.understanding.folding import fold, without_addresses
from entregent.understanding.intent import Intent, intents
from entregent.understanding.language import LanguageGuess, Languages
from entregent.understanding.sentiment import StateOfMind, state_of_mind

ENGINE = "lexicon-1"
"""Name and version of what reads; stands with every label, so that a later one can read again."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text says."""

    language: LanguageGuess
    state_of_mind: StateOfMind
    intents: tuple[Intent, ...]
    engine: str = ENGINE


def read(text: str, *, spoken: Sequence[str], prior: str | None = None) -> Understanding:
    """Read one text.

    Parameters
    ----------
    text
        Visible text, as `plain` gives it.
    spoken
        Languages of the organisation, as tags.
    prior
        Language that its author or network says it is in; decides where the text alone does not.

    Returns
    -------
    Understanding
        Its offsets are places in `text`.
    """
    language = _languages(tuple(spoken)).of(text, prior=prior)
    folded = fold(without_addresses(text))
    # Words of both languages count where both are written.
    known = None if language.reason == "mixed" else language.language
    mood = state_of_mind(folded, known)
    wanted = intents(folded, known, mood=mood)
    if mood.value == "neutral" and any(intent.code == "complaint" for intent in wanted):
        # A grievance told without a charged word is not indifference.
        mood = replace(mood, value=None, reason="little")
    return Understanding(language, mood, wanted)


@lru_cache(maxsize=16)
def _languages(spoken: tuple[str, ...]) -> Languages:
    return Languages(spoken)


_BLOCKED = """
    address article aside blockquote br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol option p pre section table tbody td th thead tr ul
"""
_BLOCKS = frozenset(_BLOCKED.split())
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math"})
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&[#\w]")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u200b\ufeff]+")
_LINES = re.compile(r" ?\n[ \n]*")
_UNSHOWN = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u2028\u2029]")


def plain(html: str) -> str:
    """The words that a reader of some HTML sees.

    Parameters
    ----------
    html
        Content as a network sent it, HTML or plain text; hostile for all we know.

    Returns
    -------
    str
        Text of every visible part and of links, a line for each block, spaces made single. It is
        text and no markup, and must be escaped like any other where it is shown.
    """
    text = html
    if _MARKUP.search(html):
        parser = _Visible()
        parser.feed(_well_formed(html))
        parser.close()
        text = "".join(parser.parts)
    text = _SPACES.sub(" ", _UNSHOWN.sub(" ", text))
    return _LINES.sub("\n", text).strip()


def _well_formed(html: str) -> str:
    """Only what makes lines, and pictures' names: our parser is slow on what is badly broken."""
    # Half a surrogate pair is no text, and nh3 takes text only.
    sound = html.encode("utf-8", "replace").decode("utf-8")
    return nh3.clean(
        sound,
        tags=set(_BLOCKS | {"img"}),
        clean_content_tags=set(_UNSEEN),
        attributes={"img": {"alt"}},
        link_rel=None,
    )


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            # Custom emoji are pictures: their name is what is said.
            self.parts.append(dict(attrs).get("alt") or "")
        else:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag != "img":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
