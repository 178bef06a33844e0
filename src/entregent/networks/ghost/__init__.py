"""Ghost: members who come and go, as its webhooks tell."""

from entregent.networks.ghost.members import is_member_event, read_member_event
from entregent.networks.reading import JsonFormat, Network
from entregent.networks.shapes import having, nothing

NETWORK = Network(
    slug="ghost",
    label="Ghost",
    json=(
        JsonFormat("ghost/member", is_member_event, read_member_event),
        nothing(
            "ghost/event", "an event of our own site, which its feed tells", having("event", "post")
        ),
        nothing(
            "ghost/event", "an event of our own site, which its feed tells", having("event", "page")
        ),
    ),
)
