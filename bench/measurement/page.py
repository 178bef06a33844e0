"""Writes ``docs/benchmarks/measurement.md`` from what the long runs have found."""

import math
import platform
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from bench.measurement import cells, demo, published
from bench.measurement.store import Store
from entregent.simulation.daily_series import CAMPAIGN_DAYS, DESIGNS, WITHIN_THE_FAMILY

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks" / "measurement.md"
VERDICTS: Final = (
    *("no boost shown", "boost only", "sustained", "compounding", "payback", "cannot tell yet"),
)
GROWTH: Final = frozenset({"sustained", "compounding"})
DESCRIBED: Final = {
    "iid_trend": "independent noise around a trend",
    "ar6_trend": "AR(0.6) around a trend",
    "random_walk": "random walk (0.2 a day) and noise",
    "control_ar6": "a control that walks, and AR(0.6)",
    "ar9": "AR(0.9), no trend",
    "local_trend": "slope that walks (0.01 a day)",
    "count_growth": "overdispersed counts growing 0.2% a day",
    "heavy_tails": "AR(0.6) of t(3) shocks around a trend",
    "drifting_week": "week pattern that drifts, AR(0.6)",
    "multiplicative": "growth of 0.2% a day, AR(0.6) in ratio",
    "level_break": "level break of 4 sd before, not declared",
    "declared_break": "the same break, declared",
    "contaminated_control": "control that takes half of the effect",
    "overlapping": "another campaign that overlaps, declared",
    "gaps": "AR(0.6) with a tenth of the days not collected",
}


def write(speed: dict[str, Any] | None) -> None:
    """Write the page; `speed` is what the speed bench gave, or None to leave its part as it is."""
    controls_mark = cells.fingerprint(with_controls=True)
    known = [
        *Store("coverage", cells.fingerprint()).rows(),
        *Store("coverage-controls", controls_mark).rows(),
    ]
    coverage = [row for row in known if row["seed"] >= cells.first_seed(row["design"])]
    verdicts = list(Store("verdicts", cells.fingerprint(with_verdicts=True)).rows())
    demonstration = demo.rows()
    parts = [
        _head(coverage, verdicts, demonstration),
        _coverage(coverage),
        _widths(coverage),
        _inside(coverage),
        _confusion(verdicts),
        _demo(demonstration),
        published.section(),
        _speed(speed) if speed is not None else _kept("## Speed"),
        _TAIL,
    ]
    PAGE.write_text("\n\n".join(part.strip() for part in parts if part) + "\n", encoding="utf-8")
    print(f"{PAGE} written: {len(coverage)} coverage cells, {len(verdicts)} of verdicts")


def _head(coverage: Sequence[Any], verdicts: Sequence[Any], demonstration: Sequence[Any]) -> str:
    used = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "numba"))
    return f"""# Measurement: how often it is right

Written by `make bench-long`, from {len(coverage):,} worlds for the intervals, {len(verdicts):,} for
the verdicts and {len(demonstration)} demonstrations. Every world has a planted truth; its seed was
not used while the engine was made (tuning used seeds below {cells.REPORTED_FROM:,}, these begin
there; with a control at {cells.CONTROLS_FROM:,}, because its check was settled after a look at
those below). Engine `{cells.fingerprint()}`, {used}, Python {platform.python_version()}, 2 shared
cores.
Every cell is published, the bad ones too.

The levels are nominally 95%. With 1,000 worlds the Monte-Carlo error of a share of 95% is 0.7
points (one standard error), of 90% 0.9; with fewer worlds, the column *worlds* gives
`sqrt(p (1 - p) / worlds)`. Worlds have a year before, a campaign of {CAMPAIGN_DAYS} days that
adds 4 a day and leaves 1.6, and a year after; noise has a standard deviation of 1 where nothing
else is said (`simulation/daily_series.py` holds every design)."""


def _coverage(rows: Sequence[Any]) -> str:
    names = [
        *(f"mean {days}" for days in cells.HORIZONS),
        *(f"share {n}" for n, *_ in cells.SHARES),
    ]
    lines = [
        "## Intervals of 95%: how often they hold the truth",
        "",
        "*mean N*: what was added per day over the first N days. *share*: the sustained share of a",
        "window after the campaign. Designs in the upper part lie inside the family of models: at",
        "least 93% is wanted, and above 98% (**w**) is reported as too wide. Those in the lower",
        "part lie outside: at least 90% or a refusal is wanted. **↓** marks what falls short.",
        "",
        "| design | worlds | refused | " + " | ".join(names) + " |",
        "|---|---|---|" + "---|" * len(names),
    ]
    for design in sorted(DESIGNS, key=lambda each: each not in WITHIN_THE_FAMILY):
        told = [row for row in rows if row["design"] == design]
        if not told:
            continue
        kept = [row for row in told if row["refused"] is None]
        refused = len(told) - len(kept)
        inside = design in WITHIN_THE_FAMILY
        found = []
        for name in names:
            held = sum(row["cells"][name][0] for row in kept)
            share = held / len(kept) if kept else math.nan
            # Outside the family a refusal is as good as an interval that holds.
            judged = share if inside else (held + refused) / len(told)
            mark = " ↓" if judged < (0.93 if inside else 0.90) else " w" if share > 0.98 else ""
            found.append(f"{100 * share:.1f}{mark}" if kept else "—")
        where = "" if inside else " *"
        lines.append(
            f"| {DESCRIBED[design]}{where} | {len(told)} | {100 * refused / len(told):.1f}% | "
            + " | ".join(found)
            + " |"
        )
    lines += [
        "",
        "\\* outside the family; shares are of what was not refused, and ↓ counts a refusal as",
        "right.",
    ]
    return "\n".join(lines)


def _widths(rows: Sequence[Any]) -> str:
    names = [f"mean {days}" for days in cells.HORIZONS]
    lines = [
        "## Widths beside other ways'",
        "",
        "Median width of the interval, and in parentheses how often it holds the truth, in the",
        f"same worlds (the first {cells.OTHERS_SEEDS} of each design at least): so that nobody",
        "wins by being vague. *Regression*: least squares on trend, weekdays and controls.",
        "*CausalImpact*: its default model (`--prior causalimpact`).",
        "",
        "| design | way | " + " | ".join(names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    for design in DESIGNS:
        kept = [row for row in rows if row["design"] == design and row.get("others")]
        if not kept:
            continue
        ways = {
            "ours": [row["cells"] for row in kept],
            "regression": [row["others"]["regression"] for row in kept],
            "CausalImpact": [row["others"]["causalimpact"] for row in kept],
        }
        for way, told in ways.items():
            found = []
            for name in names:
                width = statistics.median(each[name][1] for each in told)
                share = statistics.fmean(each[name][0] for each in told)
                found.append(f"{width:.2f} ({100 * share:.0f}%)")
            lines.append(f"| {DESCRIBED[design]} | {way} | " + " | ".join(found) + " |")
    return "\n".join(lines)


def _inside(rows: Sequence[Any]) -> str:
    lines = [
        "## What the engine made of each design",
        "",
        "Mean weight of each model, scale chosen by the evidence, root mean square of the placebo",
        "scores (windows of 60 days), share of worlds whose intervals were widened, and what was",
        "refused.",
        "",
        "| design | trend + AR(1) | level walks | slope walks | scales | z | widened | refusals |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for design in DESIGNS:
        told = [row for row in rows if row["design"] == design]
        kept = [row for row in told if row["refused"] is None]
        if not kept:
            continue
        weights = [statistics.fmean(row["models"][n] for row in kept) for n in range(3)]
        scales = Counter(row["scale"] for row in kept)
        scores = [row["z_rms"] ** 2 for row in kept if row["z_rms"] is not None]
        widened = statistics.fmean(row["widened"] > 1 for row in kept)
        refusals = Counter(row["refused"] for row in told if row["refused"])
        lines.append(
            f"| {DESCRIBED[design]} | "
            + " | ".join(f"{weight:.2f}" for weight in weights)
            + f" | {_counted(scales)} | {math.sqrt(statistics.fmean(scores)):.2f} | "
            f"{100 * widened:.0f}% | {_counted(refusals) or 'none'} |"
        )
    return "\n".join(lines)


def _confusion(rows: Sequence[Any]) -> str:
    if not rows:
        return ""
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        for key, verdict in row["verdicts"].items():
            shape, strength, after = key.split("/")
            counts[shape, strength, after][verdict] += 1
    lines = [
        "## Verdicts: what was planted, what was said",
        "",
        f"{len(rows):,} worlds over the designs {', '.join(cells.VERDICT_DESIGNS)}; each holds",
        "every shape. Strength: what the campaign adds per day, in standard deviations of the",
        "noise. *Boost only* fades with a half-life of 7 days; *sustained* keeps half;",
        "*compounding* keeps 0.3 and grows; *payback* gives all of it back within 60 days. Shares",
        "in percent.",
        "",
        "| planted | strength | days after | " + " | ".join(VERDICTS) + " |",
        "|---|---|---|" + "---|" * len(VERDICTS),
    ]
    worst = 0.0
    for (shape, strength, after), found in counts.items():
        total = sum(found.values())
        shares = [100 * found[verdict] / total for verdict in VERDICTS]
        if shape in {"null", "boost only"}:
            worst = max(worst, 100 * sum(found[verdict] for verdict in GROWTH) / total)
        lines.append(
            f"| {shape} | {strength if shape != 'null' else '—'} | {after} | "
            + " | ".join(f"{share:.1f}" for share in shares)
            + " |"
        )
    error = 100 * math.sqrt(0.025 * 0.975 / len(rows))
    wrong = (
        f"A false *sustained* or *compounding* in worlds of boost only or nothing: {worst:.1f}% in "
        f"the worst cell (at most 2.5% is wanted; Monte-Carlo error {error:.1f} points)."
    )
    lines += ["", wrong]
    return "\n".join(lines)


def _demo(rows: Sequence[Any]) -> str:
    if not rows:
        return ""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        for slug, (planted, verdict, _) in row["verdicts"].items():
            found[slug, planted][verdict] += 1
    columns = (*VERDICTS, "cannot be measured")
    lines = [
        f"## The demonstration's seven campaigns, over {len(rows)} seeds",
        "",
        "| campaign | planted | " + " | ".join(columns) + " |",
        "|---|---|" + "---|" * len(columns),
    ]
    for (slug, planted), counted in found.items():
        lines.append(
            f"| {slug} | {demo.PLANTED.get(planted, planted)} | "
            + " | ".join(str(counted[verdict]) for verdict in columns)
            + " |"
        )
    lines += ["", _DEMO_NOTE]
    return "\n".join(lines)


def _speed(told: dict[str, Any]) -> str:
    ours, night = told["cases"]["fit"], told["night"]
    lines = [
        "## Speed",
        "",
        f"One series of {told['days']} days with one control, one core; medians of one run.",
        "",
        "| case | seconds | times our fit |",
        "|---|---|---|",
        *(f"| {name} | {s:.3f} | {s / ours:.2f} |" for name, s in told["cases"].items()),
        "",
        "| days of past | seconds a fit | per 1,000 days |",
        "|---|---|---|",
        *(
            f"| {int(days):,} | {s:.3f} | {1000 * s / int(days):.3f} |"
            for days, s in told["by_days"].items()
        ),
        "",
        (
            f"A night: 1,000 campaigns with verdict and both audits take {night['minutes']:.0f} "
            f"minutes on 2 cores, at {night['peak_mb']:.0f} MB a process."
        ),
    ]
    return "\n".join(lines)


def _kept(title: str) -> str:
    """A part of the page as it stands."""
    if not PAGE.exists():
        return ""
    text = PAGE.read_text(encoding="utf-8")
    begin = text.find(title)
    if begin < 0:
        return ""
    end = text.find("\n## ", begin + 1)
    return text[begin : end if end > 0 else None]


def _counted(found: "Counter[str] | Iterable[tuple[str, int]]") -> str:
    return ", ".join(f"{name} {count}" for name, count in Counter(found).most_common())


_DEMO_NOTE = """*La carte du quai* counts scans of codes, which come in bursts and hardly exist
without a campaign: it is refused, with that reason. *Prévente lève-tôt* and *La doyenne aux tuques*
are measured on orders and visits, whose season is far larger than what was planted and of which
less than two years are past: where the verdict is 'cannot tell yet', the page says so and shows the
base rate year over year as description. These verdicts
are at 95%; a campaign's page reads at the level of its planned read-out, which is higher, so that
fewer of them are sure."""

_TAIL = """## What these figures do not say

- The designs inside the family are those the engine was made for. The others are chosen to hurt,
  and real series may hurt otherwise: the placebo audit of each report looks for that.
- Where intervals hold too often (w), the engine pays for not knowing which model is right: a series
  that does not walk keeps some weight on models that do, and the farther ahead, the more it costs.
- A season of which less than two years are past cannot be told from a trend or a walk; verdicts on
  such series are mostly 'cannot tell yet'.
- The widths of the other ways are those of their defaults."""
