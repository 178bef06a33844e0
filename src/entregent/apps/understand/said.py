"""What somebody said, with what the machine makes of it: passed from verb to verb."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One text that came in.

    Attributes
    ----------
    object_id, object_key
        The text's URI and its key in the lake.
    version
        When this version of it was written, or learnt of; aware.
    actor, actor_key
        URI of the account that speaks and its keyed hash.
    network, source
        Network's slug (as ``mastodon``) and connector that told it.
    published
        When it was said, else when we learnt it; aware.
    text
        Visible text, without markup.
    folded
        Its words in one run, as `entregent.understanding.folding.Folded.written` gives them.
    audience
        ``public``, ``unlisted``, ``followers``, ``direct`` or ``unknown``.
    recipients
        URIs of `to` and `cc`, without the public one.
    mentions
        URIs that it names by a tag.
    in_reply_to, thread
        URIs of what it answers and of the conversation it stands in; empty if none.
    language, language_certainty
        Tag without region, empty for undetermined; 0 to 1.
    state_of_mind
        ``positive``, ``negative``, ``mixed``, ``neutral``; empty for « I do not know ».
    strength
        -1 to 1.
    words
        Words that decided, as ``(start, end, weight)``: offsets in `text`.
    intents
        Codes, most certain first, and the words that told them.
    intent_words
        Words of each intent, in the order of `intents`.
    subjects
        Slugs of the organisation's subjects that it speaks of, and the words that told.
    queries
        Ids of the saved queries that it matches.
    edits
        Whether it is a newer version of something said before.
    is_deleted
        Whether it was taken back: then there is no text, and nothing may be shown of it.
    activity_key
        Key in the lake of the activity that said it.
    """

    object_id: str
    object_key: int
    version: datetime
    actor: str
    actor_key: int
    network: str
    source: str
    published: datetime
    text: str = ""
    folded: str = ""
    audience: str = "unknown"
    recipients: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    in_reply_to: str = ""
    thread: str = ""
    language: str = ""
    language_certainty: float = 0.0
    state_of_mind: str = ""
    strength: float = 0.0
    words: tuple[tuple[int, int, float], ...] = ()
    intents: tuple[str, ...] = ()
    intent_words: tuple[tuple[str, ...], ...] = ()
    subjects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    queries: tuple[int, ...] = ()
    edits: bool = False
    is_deleted: bool = False
    activity_key: int = 0

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it; what is unknown is treated as private."""
        return self.audience in {"public", "unlisted"}
