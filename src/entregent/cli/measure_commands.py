"""The commands of ``entregent measure``; they work on a file, and need no data folder."""

from pathlib import Path
from typing import Annotated, Literal

import typer

measure = typer.Typer(
    help="Tell from a table what came of a campaign, and whether it stayed.", no_args_is_help=True
)

Source = Annotated[
    str,
    typer.Argument(metavar="SERIES", help="Table with one row a day; - for standard input."),
]
DateColumn = Annotated[
    str | None, typer.Option("--date", metavar="COLUMN", help="Column of the days.")
]
ValueColumn = Annotated[
    str | None, typer.Option("--value", metavar="COLUMN", help="Column of what is measured.")
]
Controls = Annotated[
    list[str] | None,
    typer.Option(
        "--control", metavar="COLUMN", help="Column that the campaign did not touch; repeatable."
    ),
]
Scale = Annotated[
    Literal["auto", "linear", "log", "count"],
    typer.Option(help="Scale of the model; auto lets the past choose."),
]
Prior = Annotated[
    Literal["averaged", "causalimpact"],
    typer.Option(help="Our averaged models, or the prior of CausalImpact for comparison."),
]
Level = Annotated[float, typer.Option(min=0.5, max=0.999, help="Of the intervals.")]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="The same seed, the same answer.")]
Holidays = Annotated[
    Literal["quebec", "france", "none"], typer.Option(help="Calendar of public holidays.")
]
Breaks = Annotated[
    list[str] | None,
    typer.Option(
        "--break", metavar="DATE", help="Day from which counting was different; repeatable."
    ),
]
OtherCampaigns = Annotated[
    list[str] | None,
    typer.Option(
        "--other-campaign",
        metavar="START/END",
        help="First and last day of another campaign; repeatable.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Chart = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Chart to write: .svg, .png or .html.")
]
Language = Annotated[Literal["fr", "en"], typer.Option(help="Of the report.")]


@measure.command()
def effect(
    series: Source,
    start: Annotated[
        str, typer.Option("--from", metavar="DATE", help="First day of the campaign.")
    ],
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Last day measured; the last if left out.")
    ] = None,
    date: DateColumn = None,
    value: ValueColumn = None,
    control: Controls = None,
    scale: Scale = "auto",
    prior: Prior = "averaged",
    level: Level = 0.95,
    seed: Seed = 0,
    holidays: Holidays = "none",
    breaks: Breaks = None,
    other_campaign: OtherCampaigns = None,
    as_json: Json = False,
    chart: Chart = None,
    language: Language = "fr",
) -> None:
    """What was added from a day on, against what the past led one to expect.

    Example: entregent measure effect visits.csv --from 2026-02-03 --until 2026-03-02
    """
    from entregent.cli.measure import Asked, measure_effect
    from entregent.cli.measure_output import Showing

    asked = Asked(
        series,
        date,
        value,
        tuple(control or ()),
        scale,
        prior,
        level,
        seed,
        holidays,
        tuple(breaks or ()),
        tuple(other_campaign or ()),
    )
    showing = Showing(language, as_json, chart)
    raise typer.Exit(measure_effect(asked, showing, start=start, until=until))


@measure.command()
def boost(
    series: Source,
    campaign: Annotated[
        tuple[str, str],
        typer.Option(metavar="START END", help="First and last day of the campaign."),
    ],
    kind: Annotated[
        Literal["flow", "stock"],
        typer.Option(help="Whether the column counts what came that day, or what stands."),
    ] = "flow",
    margin: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="Share of the boost below which nothing stayed."),
    ] = 0.10,
    date: DateColumn = None,
    value: ValueColumn = None,
    control: Controls = None,
    scale: Scale = "auto",
    prior: Prior = "averaged",
    level: Level = 0.95,
    seed: Seed = 0,
    holidays: Holidays = "none",
    breaks: Breaks = None,
    other_campaign: OtherCampaigns = None,
    as_json: Json = False,
    chart: Chart = None,
    language: Language = "fr",
) -> None:
    """Whether a campaign was a boost that ended, or growth that stayed.

    Example: entregent measure boost follows.csv --campaign 2026-02-03 2026-02-20
    """
    from entregent.cli.measure import Asked, measure_boost
    from entregent.cli.measure_output import Showing

    asked = Asked(
        series,
        date,
        value,
        tuple(control or ()),
        scale,
        prior,
        level,
        seed,
        holidays,
        tuple(breaks or ()),
        tuple(other_campaign or ()),
    )
    showing = Showing(language, as_json, chart)
    raise typer.Exit(measure_boost(asked, showing, campaign=campaign, kind=kind, margin=margin))


@measure.command()
def power(
    series: Source,
    days: Annotated[int, typer.Option(min=1, max=731, help="Length of the planned campaign.")],
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day; the day after the table ends."),
    ] = None,
    budget: Annotated[float | None, typer.Option(min=0.01, help="Planned spending.")] = None,
    cost_per: Annotated[
        float | None, typer.Option(min=0.0001, help="Spending for each result hoped for.")
    ] = None,
    hoped: Annotated[
        float | None, typer.Option(min=0.0001, help="Result hoped for in all, in place of that.")
    ] = None,
    read_after: Annotated[
        list[int] | None,
        typer.Option(
            min=1, max=1095, help="Days after it on which it is read; 30, 90, 180, 365; repeatable."
        ),
    ] = None,
    share: Annotated[
        float,
        typer.Option("--power", min=0.51, max=0.99, help="How often an effect must be shown."),
    ] = 0.80,
    margin: Annotated[
        float, typer.Option(min=0.0, max=0.99, help="Share of the boost below which nothing stays.")
    ] = 0.10,
    date: DateColumn = None,
    value: ValueColumn = None,
    control: Controls = None,
    scale: Scale = "auto",
    level: Level = 0.95,
    seed: Seed = 0,
    holidays: Holidays = "none",
    breaks: Breaks = None,
    other_campaign: OtherCampaigns = None,
    as_json: Json = False,
    chart: Chart = None,
    language: Language = "fr",
) -> None:
    """The smallest effect that a plan can show on a series, before anything is spent.

    Example: entregent measure power follows.csv --days 28 --budget 2000 --cost-per 25
    """
    from entregent.cli.measure import Asked, measure_power
    from entregent.cli.measure_output import Showing

    asked = Asked(
        series,
        date,
        value,
        tuple(control or ()),
        scale,
        level=level,
        seed=seed,
        holidays=holidays,
        breaks=tuple(breaks or ()),
        other_campaigns=tuple(other_campaign or ()),
    )
    raise typer.Exit(
        measure_power(
            asked,
            Showing(language, as_json, chart),
            days=days,
            start=start,
            read_after=tuple(read_after or (30, 90, 180, 365)),
            power=share,
            margin=margin,
            hoped=hoped,
            budget=budget,
            cost_per=cost_per,
        )
    )


@measure.command()
def panel(
    series: Annotated[
        str,
        typer.Argument(
            metavar="PANEL", help="Table with one row a unit and a period; - for standard input."
        ),
    ],
    unit: Annotated[str, typer.Option(metavar="COLUMN", help="Column of the units.")],
    date: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of days, or of whole numbers as years.")
    ],
    value: Annotated[str, typer.Option(metavar="COLUMN", help="Column of what is measured.")],
    treated: Annotated[
        str, typer.Option(metavar="NAME[,NAME]", help="Units where the campaign took place.")
    ],
    start: Annotated[
        str, typer.Option("--from", metavar="DATE", help="First period of the campaign.")
    ],
    method: Annotated[
        Literal["sdid", "ascm", "sc", "did"],
        typer.Option(
            help="Synthetic difference-in-differences, ridge-augmented synthetic control, "
            "synthetic control, or difference-in-differences."
        ),
    ] = "sdid",
    predictor: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN[:FROM:UNTIL]",
            help="Column by whose mean, over all periods before or a span, sc weighs; repeatable.",
        ),
    ] = None,
    fit: Annotated[
        str | None,
        typer.Option(
            metavar="FROM:UNTIL",
            help="Periods over which predictors must foretell the outcome; all before if left out.",
        ),
    ] = None,
    drop_gaps: Annotated[
        bool, typer.Option("--drop-gaps", help="Leave out controls that were not always collected.")
    ] = False,
    solver: Annotated[
        Literal["exact", "frank_wolfe"],
        typer.Option(
            help="Of the weights; frank_wolfe stops where the published programs stop, exact goes "
            "to the minimum."
        ),
    ] = "frank_wolfe",
    level: Level = 0.95,
    as_json: Json = False,
    chart: Chart = None,
    language: Language = "fr",
) -> None:
    """What a campaign added where it took place, against places left alone.

    Example: entregent measure panel cities.csv --unit city --date day --value visits
    --treated Québec,Lévis --from 2026-02-03
    """
    from entregent.cli.measure import measure_panel
    from entregent.cli.measure_output import Showing

    raise typer.Exit(
        measure_panel(
            series,
            Showing(language, as_json, chart),
            columns=(unit, date, value),
            treated=treated,
            start=start,
            method=method,
            solver=solver,
            level=level,
            drop_gaps=drop_gaps,
            predictors=tuple(predictor or ()),
            fit=fit,
        )
    )


@measure.command()
def cohorts(
    people: Annotated[
        str,
        typer.Argument(
            metavar="COHORTS", help="Table with one row a person or an order; - for standard input."
        ),
    ],
    orders: Annotated[
        bool, typer.Option("--orders", help="Rows are orders: compare how often people buy again.")
    ] = False,
    campaign: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Campaign compared with everybody else."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Last day watched; the last of the file if left out."),
    ] = None,
    age_days: Annotated[
        int | None,
        typer.Option(min=1, max=3650, help="Age compared first: 90, or 365 with --orders."),
    ] = None,
    person: Annotated[str, typer.Option(metavar="COLUMN", help="Column of the person.")] = "",
    cohort: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of the campaign, blank for the others.")
    ] = "",
    first: Annotated[str, typer.Option(metavar="COLUMN", help="Column of the day first met.")] = "",
    left: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of the day they left, blank if not.")
    ] = "",
    date: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column of the day of an order.")
    ] = "",
    level: Level = 0.95,
    seed: Seed = 0,
    as_json: Json = False,
    chart: Chart = None,
    language: Language = "fr",
) -> None:
    """People first met in a campaign beside the others, at equal age; no effect is claimed.

    Example: entregent measure cohorts people.csv --campaign "Gagne ton hiver"
    """
    from entregent.cli.measure import measure_cohorts
    from entregent.cli.measure_output import Showing

    named = {"person": person, "cohort": cohort, "first": first, "left": left, "date": date}
    raise typer.Exit(
        measure_cohorts(
            people,
            Showing(language, as_json, chart),
            columns=named,
            campaign=campaign,
            until=until,
            level=level,
            age_days=age_days or 0,
            orders=orders,
            seed=seed,
        )
    )
