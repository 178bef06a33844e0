"""Matrix: messages in rooms that we are in."""

from entregent.networks.matrix.events import is_event, read_event
from entregent.networks.matrix.timelines import (
    is_sync,
    is_timeline,
    read_sync,
    read_timeline,
)
from entregent.networks.reading import JsonFormat, Network
from entregent.networks.shapes import having, nothing

NETWORK = Network(
    slug="matrix",
    label="Matrix",
    json=(
        JsonFormat("matrix/sync", is_sync, read_sync),
        JsonFormat("matrix/timeline", is_timeline, read_timeline),
        JsonFormat("matrix/event", is_event, read_event),
        nothing("matrix/error", "an error answer", having("errcode")),
        nothing("matrix/session", "a session", having("access_token", "device_id")),
    ),
)
