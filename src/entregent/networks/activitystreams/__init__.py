"""ActivityStreams 2.0: what ActivityPub servers deliver and export, and our own exports."""

from entregent.networks.activitystreams.activities import (
    is_activity,
    is_bare_object,
    read_activity,
    read_object,
)
from entregent.networks.activitystreams.actors import is_actor, read_actor
from entregent.networks.activitystreams.containers import is_collection, read_collection
from entregent.networks.activitystreams.unread import UNREAD, is_unknown, refuse_unknown
from entregent.networks.reading import JsonFormat, Network

NETWORK = Network(
    slug="activitystreams",
    label="ActivityPub",
    json=(
        JsonFormat("activitystreams/activity", is_activity, read_activity),
        JsonFormat("activitystreams/collection", is_collection, read_collection),
        JsonFormat("activitystreams/actor", is_actor, read_actor),
        JsonFormat("activitystreams/object", is_bare_object, read_object),
        *UNREAD,
        JsonFormat("activitystreams/unknown", is_unknown, refuse_unknown),
    ),
)
