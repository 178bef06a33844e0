"""What the machine said of one text, from the record."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entregent.lake.record import Record

UNKNOWN = {"language": "und", "state_of_mind": "unknown", "intent": "none"}
"""How « I do not know » is written where something has to be."""


def machine_label(object_id: str, label: str) -> str:
    """The newest label of a text, as a correction writes it; empty if the text was never read."""
    # The engines of the record are heavy, and needed by this click alone.
    from entregent.apps.listen import journal
    from entregent.lake.keys import object_key
    from entregent.lake.record import read

    def ask(record: "Record") -> tuple[str | None, str | None, list[str]] | None:
        found = record.connection.execute(
            "SELECT language, state_of_mind, intents FROM labels WHERE object_key = ? "
            'ORDER BY "at" DESC, batch DESC LIMIT 1',
            [object_key(object_id)],
        )
        return found.fetchone()

    row = read(journal.open_record, ask)
    if row is None:
        return ""
    language, state_of_mind, intents = row
    said = {
        "language": language,
        "state_of_mind": state_of_mind,
        "intent": intents[0] if intents else None,
    }
    return said[label] or UNKNOWN[label]
