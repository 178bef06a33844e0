"""What is asked: by ours, by plain SQL over the same files, and by PostgreSQL.

Each answer is a list of rows; those of tiles are ``(day or hour, values…, activities, accounts)``,
so that the three can be held against each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bench.lake.world import TODAY
from entregent.lake.questions import QUESTIONS

Rows = list[tuple[Any, ...]]
ZONE: Final = "America/Toronto"
MIDNIGHT: Final = datetime(2026, 11, 1, 4, tzinfo=UTC)
"""Of the organisation's day that begins as the world ends."""

_STANDS = """(type <> 'Create' OR object_key NOT IN (
    SELECT subject FROM superseded WHERE scope = 'object' AND state = 'deleted'))"""
_DAY = f"CAST(timezone('{ZONE}', published) AS date)"
_HOUR = "date_trunc('hour', published)"
_NEWEST = {
    "duckdb": """SELECT object_key, arg_max_null({0}, "at") AS {0} FROM labels
        GROUP BY object_key""",
    "postgres": """SELECT DISTINCT ON (object_key) object_key, {0} FROM labels
        ORDER BY object_key, "at" DESC""",
}


@dataclass(frozen=True)
class Tile:
    """A tile of Today or of a campaign.

    Attributes
    ----------
    name
        As the page of figures calls it.
    roll_up, by, where, grain, days
        As `entregent.apps.listen.tiles.tile` takes them.
    values
        Columns of the plain question, beside day or hour.
    source
        What the plain question selects from, and what it asks for.
    """

    name: str
    roll_up: str
    days: int
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    grain: str = "day"
    source: str = "activities"
    values: tuple[str, ...] = ()
    asks: str = "true"

    @property
    def since(self) -> datetime:
        """When it begins: as a day of the organisation does, also before the clocks changed."""
        there = MIDNIGHT.astimezone(ZoneInfo(ZONE)) - timedelta(days=self.days)
        return there.astimezone(UTC)

    def ours(self) -> Rows:
        """Asked as the site asks it."""
        from entregent.apps.listen.tiles import tile
        from entregent.apps.organisation.models import Member

        viewer = Member.objects.get()
        found = tile(
            viewer,
            self.roll_up,
            self.since,
            MIDNIGHT,
            grain=self.grain,
            where=dict(self.where),
            by=self.by,
        )
        return [
            (row.start, *row.values, row.activities, row.accounts)
            for row in found.rows
            if row.activities
        ]

    def sql(self, engine: str) -> str:
        """The plain question."""
        period = _DAY if self.grain == "day" else _HOUR
        values = "".join(f", {value}" for value in self.values)
        source = self.source.format(**{key: _NEWEST[engine].format(key) for key in _LABELS})
        # Whoever asks plainly knows the folders too: only their months are opened.
        months = ""
        if engine == "duckdb":
            months = f"AND month BETWEEN '{self.since:%Y-%m}' AND '{MIDNIGHT:%Y-%m}'"
        groups = ", ".join(map(str, range(1, 2 + len(self.values))))
        return f"""
            SELECT {period} AS period{values}, count(*), count(DISTINCT actor_key)
            FROM {source}
            WHERE published >= '{self.since.isoformat()}' AND published < '{MIDNIGHT.isoformat()}'
              {months} AND {_STANDS} AND {self.asks}
            GROUP BY {groups}"""  # noqa: S608 (our own words)


_LABELS = ("state_of_mind", "intents")
_TEXTS = "activities JOIN ({state_of_mind}) read USING (object_key)"
_MARKED = "activities JOIN (SELECT activity_key AS key, value FROM marks WHERE {0}) m USING (key)"

TILES: Final = (
    Tile("all that was done, by day, 30 days", "source", 30),
    Tile("by source and day, 90 days", "source", 90, by=("source",), values=("source",)),
    Tile("by type and hour, 7 days", "source", 7, by=("type",), values=("type",), grain="hour"),
    Tile("by type and day, three years", "source", 1_090, by=("type",), values=("type",)),
    Tile(
        "states of mind by day, 90 days",
        "state_of_mind",
        90,
        by=("state_of_mind",),
        source=_TEXTS,
        values=("state_of_mind",),
        asks="type = 'Create'",
    ),
    Tile(
        "a campaign's scans by day, a year",
        "campaign",
        365,
        by=("type",),
        where=(("campaign", "campagne-3"),),
        source=_MARKED.format("dimension = 'campaign' AND value = 'campagne-3'"),
        values=("type",),
    ),
    Tile(
        "a saved query by day, 90 days",
        "query",
        90,
        by=("source",),
        where=(("query", "3"),),
        source=_MARKED.format("dimension = 'query' AND value = '3'"),
        values=("source",),
    ),
    Tile(
        "what came to a function by day, 90 days",
        "function",
        90,
        where=(("function", "accueil"),),
        source=_MARKED.format("dimension = 'function' AND value = 'accueil'"),
    ),
    Tile(
        "what a public did by day, 90 days",
        "public",
        90,
        by=("type",),
        where=(("public", "benevoles"),),
        source=(
            "activities JOIN (SELECT account_key AS actor_key, may_profile FROM links "
            "WHERE 'benevoles' = ANY(publics)) l USING (actor_key)"
        ),
        values=("type",),
        asks="(voluntary OR may_profile)",
    ),
)

_PERSON_SQL = """
    SELECT a.published, a.type, a.object_id, a.content, d.version
    FROM activities a
    LEFT JOIN superseded d ON d.subject = a.object_key AND d.scope = 'object'
        AND d.state = 'deleted'
    WHERE a.actor_key = {key} AND a.type NOT IN ('Update', 'Delete', 'Undo')
    ORDER BY a.published DESC LIMIT 5000
"""


def person_sql(key: int) -> str:
    """A person's thread, asked plainly: their rows, and which were deleted."""
    return _PERSON_SQL.format(key=key)


def page_sql(engine: str) -> str:
    """A page of a hundred activities from a day on, asked plainly."""
    since = datetime(2026, 6, 15, tzinfo=UTC)
    months = f"AND a.month >= '{since:%Y-%m}'" if engine == "duckdb" else ""
    return f"""
        SELECT a.published, a.key, a.type, a.content, d.version FROM activities a
        LEFT JOIN superseded d ON d.subject = a.object_key AND d.scope = 'object'
            AND d.state = 'deleted'
        WHERE a.published >= '{since.isoformat()}' {months}
        ORDER BY a.published, a.key LIMIT 101"""  # noqa: S608 (our own words)


def thread_of(person: int) -> Rows:
    """A person's thread as their page reads it."""
    from entregent.apps.organisation.models import Member
    from entregent.apps.remember.queries import accounts_of_person
    from entregent.apps.remember.timeline import read_thread

    viewer = Member.objects.get()
    found = read_thread(viewer, accounts_of_person(viewer, person), with_deeds=True)
    return [(entry.at, entry.way, entry.text) for entry in found.entries]


def api_page() -> Rows:
    """A page of activities as the API gives it."""
    from entregent.site.api.activities import activities

    rows, _ = activities(
        after=None,
        limit=100,
        with_private=True,
        since=datetime(2026, 6, 15, tzinfo=UTC),
        until=None,
        kind=None,
        network=None,
    )
    return [(row["published"], row["id"]) for row in rows]


def campaign_line() -> Any:
    """A campaign of the summer, at one of our places."""
    from entregent.apps.address.queries import CampaignLine
    from entregent.apps.remember.models import Account

    place = Account.objects.filter(is_ours=True).order_by("pk")[1].uri
    return CampaignLine(
        *(1, "ete", "Été", "posts", 1, "", 1, "", 1, ""),
        first_day=(TODAY - timedelta(days=150)).date(),
        last_day=(TODAY - timedelta(days=90)).date(),
        metric="follows",
        place=place,
        state="over",
        launched_at=None,
        is_demo=False,
        planted=None,
    )


def did_next() -> Rows:
    """What people did next, as a campaign's page asks it."""
    from entregent.apps.measure.queries import what_people_did_next
    from entregent.apps.organisation.models import Member

    found = what_people_did_next(Member.objects.get(), campaign_line())
    return [] if found is None else [(found.accounts, found.came_back, found.bought)]


def asked_first() -> Rows:
    """What people answered to what brought them, as a campaign's page asks it."""
    from entregent.apps.measure.queries import first_sources_asked
    from entregent.apps.organisation.models import Member

    found = first_sources_asked(Member.objects.get(), campaign_line())
    return [] if found is None else list(found.answers)


OTHERS: Final[dict[str, Callable[[], Rows]]] = {
    "what people did next": did_next,
    "what brought them, as they were asked": asked_first,
}


NAMED: Final = tuple(QUESTIONS)
_ABOUT: Final = (("la glace", "glace OU patinoire"), ("billets", "billet*"))


def named(name: str) -> Rows:
    """A named query over June 2026, as the command line asks it."""
    from entregent.apps.measure.asking import ask_for_operator
    from entregent.lake.questions.asking import Asked

    asked = Asked(
        today=TODAY.date(),
        from_day=date(2026, 6, 1),
        until_day=date(2026, 6, 30),
        queries=_ABOUT,
    )
    return [tuple(row.values()) for row in ask_for_operator(name, asked).to_pylist()]
