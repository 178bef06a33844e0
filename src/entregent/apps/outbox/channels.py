"""Which senders there are. Today only the demonstration's; each network brings its own later."""

from pathlib import Path

from django.conf import settings

from entregent.apps.listen.queries import network_names
from entregent.apps.organisation.queries import house
from entregent.networks.demo_network import Sender as DemoSender
from entregent.networks.sending import Sender


def senders() -> list[Sender]:
    """Every sender of this house."""
    demo = demo_sender()
    return [demo] if demo is not None else []


def demo_sender() -> DemoSender | None:
    """The demonstration's sender, in a house that is one."""
    place = house()
    if place is None or not place.is_demo:
        return None
    return DemoSender(Path(settings.HOME) / "demo-network")


def can_send(network: str) -> bool:
    """Whether anything can leave for a network."""
    return any(sender.network in {"", network} for sender in senders())


def source_of(network: str, *, is_demo: bool) -> str:
    """Slug of the source under which what we said on a network stands in the record."""
    if not is_demo:
        return f"outbox:{network}"
    names = network_names()
    own = [slug for slug, of in sorted(names.items()) if of == network and slug[:5] == "demo:"]
    return own[0] if own else f"demo:{network}"
