"""Loading the demonstration: what is small is written, what is said goes through the loop."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from django.conf import settings as site
from django.db import transaction

from entregent.apps.address import demo as address
from entregent.apps.address.marking import campaign_marks
from entregent.apps.coordinate import demo as coordinate
from entregent.apps.listen import demo as listen
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key, secret
from entregent.apps.listen.lease import Claim
from entregent.apps.measure import demo as measure
from entregent.apps.measure.actions import count_due
from entregent.apps.organisation import demo as organisation
from entregent.apps.organisation.queries import house
from entregent.apps.remember import demo as remember
from entregent.apps.understand import demo as understand
from entregent.demonstration.columns import WORDS, Columns, columns_of
from entregent.demonstration.removing import remove, remove_from_lake
from entregent.lake.rows import Landing
from entregent.loop import hear
from entregent.simulation import Settings, World, simulate

TEXTS_AT_ONCE = 4_000

Watch = Callable[[str, int, int], None]
"""Told how far a verb has come: its name, how many are done, and of how many."""


class DemonstrationRefused(Exception):
    """A demonstration that cannot be loaded; `code` says why.

    Codes: ``not_empty`` (the house has an organisation), ``busy`` (a worker is at work).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def marker() -> Path:
    """File that stands while a demonstration is being loaded."""
    return Path(site.HOME) / "demonstration.loading"


def is_cut_off() -> bool:
    """Whether a loading was cut off, and nobody has made the house their own since."""
    return marker().exists() and (house() is None or organisation.is_demonstration())


def is_wanted() -> bool:
    """Whether a first start should load: into an empty house that never had one, or to repair.

    A repair leaves its own removal in the audit trail; cut off too, it is repaired again.
    """
    return is_cut_off() or (house() is None and not organisation.was_removed())


def load(settings: Settings, watch: Watch = lambda *_: None) -> None:
    """Load the demonstration into an empty house.

    What a loading that was cut off has left is removed first.

    Parameters
    ----------
    settings
        Size, seed and day of the simulation.
    watch
        Told how far things have come.

    Raises
    ------
    DemonstrationRefused
        If the house is not empty, or its worker is at work.
    """
    claim = Claim()
    if not claim.take():
        raise DemonstrationRefused("busy")
    try:
        if is_cut_off():
            if organisation.is_demonstration():
                remove(acting_user=None)
            remove_from_lake()
        elif house() is not None:
            raise DemonstrationRefused("not_empty")
        marker().touch()
        _load(settings, Keeper(claim), watch)
        marker().unlink()
    finally:
        claim.release()


def _load(settings: Settings, keeper: Keeper, watch: Watch) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        # Traces have no words: another process makes their rows while we listen to what is said.
        traces = pool.submit(columns_of, settings, None, secret())
        world = simulate(settings)
        keys = _write_house(world)
        words = _hear_words(world, watch)
        silent = traces.result()
    by_code = {link.code.lower(): each.slug for each in world.campaigns for link in each.links}
    marked = Columns({"marks": campaign_marks(silent.tables["activities"], by_code)})
    tables = words.joined(silent).joined(marked).joined(Columns({"links": remember.links()}))
    watch("listen", tables.activities, tables.activities)
    keeper.keep_new(tables.tables, lambda: None)
    _stage(world, keys)
    conversations = coordinate.count_conversations()
    watch("coordinate", conversations, conversations)
    days = 0
    while counted := count_due():
        days += counted
        watch("measure", days, days)


def _write_house(world: World) -> organisation.HouseKeys:
    now = world.settings.now
    keys = organisation.set_up_demonstration(
        organisation=world.organisation,
        functions=world.functions,
        members=world.members,
        subjects=world.subjects,
        publics=world.publics,
    )
    listen.add_channels(world.channels, now=now)
    understand.add_queries(world.saved_queries, functions=keys.functions, now=now)
    remember.add_people(
        world.people,
        world.accounts,
        world.channels,
        publics=keys.publics,
        account_key=account_key,
        now=now,
    )
    return keys


def _hear_words(world: World, watch: Watch) -> Columns:
    """Hear everything that is said, in order of time, a few thousand texts at once."""
    gathered, texts = Columns(), 0
    said = world.deeds(WORDS)
    while block := list(islice(said, TEXTS_AT_ONCE)):
        landing = Landing(account_key)
        landing.add(activities=block)
        tables = landing.tables()
        heard = hear(tables)
        with transaction.atomic():
            heard.settle()
        if heard.labels is not None:
            tables["labels"] = heard.labels
            texts += len(heard.labels)
        if heard.marks is not None:
            tables["marks"] = heard.marks
        gathered = gathered.joined(Columns(tables))
        watch("understand", texts, 0)
    rest = Landing(account_key)
    for account in world.accounts_told():
        rest.add(accounts=[account])
    rest.add(points=world.points())
    return gathered.joined(Columns(rest.tables()))


def _stage(world: World, keys: organisation.HouseKeys) -> None:
    coordinate.stage(
        lines=world.lines,
        asks=world.asks,
        staged=world.staged,
        crises=world.crises,
        decisions=world.decisions,
        changes=world.changes,
        members=keys.members,
        functions=keys.functions,
        subjects=keys.subjects,
        now=world.settings.now,
    )
    remember.add_promises(
        world.promises,
        members=keys.members,
        functions=keys.functions,
        conversations=coordinate.conversations_of([each.thread for each in world.promises]),
    )
    campaigns = address.add_campaigns(
        world.campaigns, members=keys.members, functions=keys.functions
    )
    measure.add_moments(world.moments, world.campaigns, campaigns=campaigns, members=keys.members)
