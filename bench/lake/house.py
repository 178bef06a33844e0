"""The working set beside the invented lake: an organisation, its sources, some people."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from bench.lake.cast import Cast
from bench.lake.making import LINKED, home_of, make
from bench.lake.world import NETWORKS, OURS, TODAY, TRACES, World

KNOWN = 400
"""People in the working set: enough to choose from."""


def build(size: int) -> dict[str, Any]:
    """Make the working set, then the lake's tables."""
    from entregent.apps.listen import journal
    from entregent.apps.listen.keyring import secret

    home = home_of(size)
    world = World(size)
    found = make(world, journal.lake(), secret(), home)
    _people(Cast(world, secret()))
    return found


def _people(cast: Cast) -> None:
    from entregent.apps.listen.models import Source, SourceDay
    from entregent.apps.organisation.actions import OrganisationDetails, set_up
    from entregent.apps.organisation.models import Organisation
    from entregent.apps.remember.models import Account, Person

    if Organisation.objects.exists():
        return
    set_up(
        organisation=OrganisationDetails("Frimas", "America/Toronto", ["fr", "en"], "fr"),
        name="Alice",
        email="alice@frimas.example",
        language="fr",
        password="une phrase de passe bien longue",  # noqa: S106 (nobody signs in)
    )
    since = datetime(2023, 11, 1, tzinfo=UTC)
    days = [since.date() + timedelta(days=number) for number in range((TODAY - since).days)]
    for network in (*NETWORKS, *TRACES.values()):
        source, _ = Source.objects.get_or_create(
            slug=f"file:{network}",
            defaults={"network": network, "kind": "file", "name": network, "created_at": since},
        )
        SourceDay.objects.bulk_create(
            [SourceDay(source=source, day=day, items=1) for day in days], ignore_conflicts=True
        )
    linked = np.arange(LINKED - 1, cast.world.present(0), LINKED)[:KNOWN]
    people = Person.objects.bulk_create(
        [Person(name=f"Person {n}", known_since=since.date()) for n in linked.tolist()]
    )
    chosen = np.concatenate([np.arange(OURS), linked])
    uris, keys = cast.uris(chosen).to_pylist(), cast.keys[chosen].tolist()
    holders = [None] * OURS + [person.pk for person in people]
    Account.objects.bulk_create(
        [
            Account(
                uri=uri,
                key=key,
                network=NETWORKS[cast.world.networks[number]],
                first_seen_at=since,
                last_seen_at=since,
                is_ours=number < OURS,
                person_id=person,
                linked_at=since if person else None,
            )
            for uri, key, number, person in zip(uris, keys, chosen.tolist(), holders, strict=True)
        ]
    )


def settle(size: int) -> dict[str, Any]:
    """Sort the tables that lie in one folder, as the keeper does between its batches."""
    from entregent.apps.listen import journal
    from entregent.lake.tidying import folders, sort

    del size
    lake = journal.lake()
    for name in ("labels", "superseded", "accounts", "links", "marks"):
        sort(lake, name, None)
        table = lake.open(name)
        if table is not None:
            table.vacuum(0, dry_run=False, enforce_retention_duration=False)
            table.create_checkpoint()
            table.cleanup_metadata()
    return {"depth": {name: folders(lake, name)[0].depth for name in ("labels", "superseded")}}


def index(size: int) -> dict[str, Any]:
    """Make the index of keys."""
    from entregent.apps.listen import journal
    from entregent.lake.key_index import KeyIndex

    del size
    return {"keys": KeyIndex(journal.lake()).catch_up()}


def roll_up(size: int) -> dict[str, Any]:
    """Count the roll-ups, a month after the other; `hours` is how many were counted."""
    from entregent.apps.listen.lease import Claim
    from entregent.apps.listen.rollups import refresh_due
    from entregent.apps.understand.queries import corrected_labels

    del size
    claim, hours, months = Claim(), 0, []
    try:
        while True:
            begun = time.perf_counter()
            counted = refresh_due(claim, corrected_labels)
            if not counted:
                break
            hours += counted
            months.append(time.perf_counter() - begun)
            print(f"{len(months)} months counted, {months[-1]:.1f} s", flush=True)
    finally:
        claim.release()
    return {"hours": hours, "slowest_s": max(months, default=0.0)}
