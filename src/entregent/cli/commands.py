"""All commands, wired; each does its work in the module of its verb."""

from pathlib import Path
from typing import Annotated

import typer

from entregent import __version__
from entregent.cli.measure_commands import measure
from entregent.cli.output import PlainError

app = typer.Typer(
    name="entregent",
    help="Listen to your publics, remember each person, and tell honestly what came of it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
listen = typer.Typer(help="Take in what people say and do.", no_args_is_help=True)
export = typer.Typer(help="Take out what is kept.", no_args_is_help=True)
remember = typer.Typer(
    help="Hand over what is held on a person, or forget them.", no_args_is_help=True
)
coordinate = typer.Typer(help="Bring each conversation to who can act.", no_args_is_help=True)
lake = typer.Typer(help="Look after the record.", no_args_is_help=True)
app.add_typer(listen, name="listen")
app.add_typer(export, name="export")
app.add_typer(remember, name="remember")
app.add_typer(coordinate, name="coordinate")
app.add_typer(measure, name="measure")
app.add_typer(lake, name="lake")

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def ready(*, migrate: bool = True, whole: bool = True) -> None:
    """Set the project up, and bring the database to this version's shape.

    Parameters
    ----------
    migrate
        False for commands that look at things as they are.
    whole
        False for commands that may meet a restore which was cut off.
    """
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
        if whole:
            from entregent.cli.database import refuse_unfinished

            refuse_unfinished()
        if migrate:
            from entregent.cli.database import prepare

            prepare()
    except ImproperlyConfigured as error:
        raise PlainError(str(error)) from None


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"entregent {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Listen to your publics, remember each person, and tell honestly what came of it."""


@app.command()
def run(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the site.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Load the demonstration on the first start of an empty house."),
    ] = False,
) -> None:
    """Start the site and its worker, until stopped with Ctrl+C.

    Example: entregent run --port 8000
    """
    ready(migrate=False)
    from entregent.cli.run import run as serve

    raise typer.Exit(serve(port, host, demo=demo))


@app.command()
def demo(
    people: Annotated[int, typer.Option(min=200, max=1_000_000, help="People.")] = 20_000,
    years: Annotated[int, typer.Option(min=1, max=10, help="Editions of each season.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same world.")] = 1,
    truth: Annotated[Path | None, typer.Option(help="File for what was planted, as JSON.")] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove the demonstration and all it brought.")
    ] = False,
) -> None:
    """Load an invented festival with planted truth into an empty house, or remove it.

    Example: entregent demo --people 5000 --seed 7 --truth truth.json
    """
    ready()
    from entregent.cli.demo import load_demonstration, remove_demonstration

    if remove:
        raise typer.Exit(remove_demonstration())
    raise typer.Exit(load_demonstration(people=people, years=years, seed=seed, truth=truth))


_Account = Annotated[str, typer.Option("--account", metavar="URI", help="One of their accounts.")]
_Person = Annotated[int | None, typer.Option("--person", metavar="ID", min=1, help="Their number.")]


@remember.command()
def erase(
    account: _Account = "",
    person: _Person = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="They are meant; it cannot be undone.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Forget a person: all they wrote and all that names them, proved by a look at every file.

    Example: entregent remember erase --account https://mastodon.example/users/maryse --yes
    """
    ready()
    from entregent.cli.remember import erase as forget

    raise typer.Exit(forget(account, person, yes=yes, as_json=as_json))


@remember.command("export")
def export_person(
    output: Annotated[Path, typer.Option("--output", help="File to write; .zip for an archive.")],
    account: _Account = "",
    person: _Person = None,
    form: Annotated[str, typer.Option("--format", help="both, json or as2.")] = "both",
) -> None:
    """Write everything that is held on a person, as readable JSON and as ActivityStreams.

    Example: entregent remember export --person 12 --output person-12.json
    """
    ready()
    from entregent.cli.remember import export as hand_over

    raise typer.Exit(hand_over(account, person, output, form))


@coordinate.command()
def inbox(as_json: Json = False) -> None:
    """List who waits for an answer, the most urgent first.

    Example: entregent coordinate inbox --json
    """
    ready()
    from entregent.cli.coordinate import show_inbox

    raise typer.Exit(show_inbox(as_json=as_json))


@app.command()
def loop(
    once: Annotated[
        bool, typer.Option("--once", help="Keep everything that waits, then end.")
    ] = False,
    parent: Annotated[
        int, typer.Option(min=0, help="End when this process, which started us, has ended.")
    ] = 0,
) -> None:
    """Ask feeds and keep what came in; the worker behind the site.

    Example: entregent loop --once
    """
    ready()
    from entregent.cli.work import work

    raise typer.Exit(work(once=once, parent=parent))


@listen.command("import")
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", readable=False, help="Files, folders, archives."),
    ],
    as_json: Json = False,
) -> None:
    """Import files of networks, feeds and tables; what is known already is left as it is.

    Example: entregent listen import outbox.json orders.csv export.zip
    """
    ready()
    from entregent.cli.listen import import_paths

    raise typer.Exit(import_paths(paths, as_json=as_json))


@listen.command()
def sources(as_json: Json = False) -> None:
    """List the sources and their state.

    Example: entregent listen sources --json
    """
    ready()
    from entregent.cli.listen import list_sources

    raise typer.Exit(list_sources(as_json=as_json))


@export.command()
def activities(
    form: Annotated[str, typer.Option("--format", help="jsonl or parquet.")] = "jsonl",
    output: Annotated[
        Path | None, typer.Option(help="File to write; standard output if left out.")
    ] = None,
) -> None:
    """Write the present state: each activity once, edited ones with their newest text.

    Example: entregent export activities --format parquet --output activities.parquet
    """
    ready()
    from entregent.cli.export import export_activities

    raise typer.Exit(export_activities(form, output))


@lake.command()
def compact() -> None:
    """Merge the small files of the record; listening goes on meanwhile.

    Example: entregent lake compact
    """
    ready()
    from entregent.cli.work import compact_lake

    raise typer.Exit(compact_lake())


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder, or file ending in .tar.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Check a backup that exists, file by file.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy everything of one moment, while the site and the worker go on.

    Example: entregent backup /mnt/backups/entregent-2026-11-26.tar
    """
    ready(migrate=False)
    from entregent.cli.backup import back_up

    raise typer.Exit(back_up(path, verify=verify, as_json=as_json))


@app.command()
def restore(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A backup: folder, or file ending in .tar.")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Move aside what the data folder holds.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Mean it.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the data folder, and forget again what was forgotten since.

    Example: entregent restore /mnt/backups/entregent-2026-11-26.tar --replace --yes
    """
    ready(migrate=False, whole=False)
    from entregent.cli.backup import restore as put_back

    raise typer.Exit(put_back(path, replace=replace, yes=yes, as_json=as_json))


@lake.command()
def query(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Its name; « entregent lake queries » lists them.")
    ],
    from_day: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day, as 2026-03-01.")
    ] = None,
    until_day: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day, included.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Dimensions of the counts, at most three: source,type.")
    ] = None,
    window_days: Annotated[
        int, typer.Option(min=1, max=366, help="Days of a path before its order.")
    ] = 30,
    words: Annotated[
        str | None,
        typer.Option(help="Words to search for, as in a saved query; all saved ones if left out."),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, max=100_000, help="Rows at most; 0 is the query's own limit.")
    ] = 0,
    engine: Annotated[
        str | None, typer.Option(help="duckdb or spark; ENTREGENT_ENGINE if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer a named query over the record as it stands now.

    Example: entregent lake query activities-by-day --from 2026-03-01 --until 2026-03-31 --json
    """
    ready()
    from entregent.cli.lake import answer_query

    raise typer.Exit(
        answer_query(
            name,
            from_day=from_day,
            until_day=until_day,
            by=by,
            window_days=window_days,
            words=words,
            limit=limit,
            engine=engine,
            as_json=as_json,
        )
    )


@lake.command()
def queries(as_json: Json = False) -> None:
    """List the named queries of the record.

    Example: entregent lake queries --json
    """
    ready(migrate=False)
    from entregent.cli.lake import list_queries

    raise typer.Exit(list_queries(as_json=as_json))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check database, lake, engine, backups and all else, and say what to do.

    Example: entregent doctor --json
    """
    ready(migrate=False, whole=False)
    from entregent.cli.doctor import examine

    raise typer.Exit(examine(as_json=as_json))
