"""Which days a window counts, to the day."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.measurement.windows import WINDOWS, AddedPaths, windows_of

LAST = date(2026, 2, 20)


def paths_of(days: int, campaign: int, missing: list[int]) -> tuple[AddedPaths, np.ndarray]:
    """Three paths that all know their day: the square of its number after the campaign."""
    numbers = np.arange(days, dtype=float) - campaign + 1
    added = np.vstack([numbers**2 * factor for factor in (0.9, 1.0, 1.1)])
    added[:, missing] = np.nan
    return AddedPaths(added, campaign, np.full(days, 50.0), 10.0), added[1]


@given(st.integers(1, 40), st.integers(0, 1200), st.lists(st.integers(0, 1000), max_size=400))
def test_a_window_is_the_mean_of_its_collected_days_and_of_no_other(campaign, after, holes):
    days = campaign + after
    paths, plain = paths_of(days, campaign, [hole for hole in holes if hole < days])
    boost = np.full(3, 2.0)
    for window in windows_of(paths, LAST, boost, 0.9):
        inside = plain[campaign + window.from_day - 1 : campaign + window.to_day]
        known = inside[~np.isnan(inside)]
        assert window.days_counted == len(known)
        if len(inside) and len(known) and 2 * len(known) >= len(inside):
            assert window.mean.estimate == pytest.approx(np.mean(known))
            assert window.sustained_share.estimate == pytest.approx(np.mean(known) / 2.0)
            complete = len(inside) == window.to_day - window.from_day + 1
            assert window.is_complete is complete
        else:
            assert (window.mean, window.sustained_share, window.is_complete) == (None, None, False)


def test_dates_are_those_of_the_days_and_a_cut_is_marked():
    paths, _ = paths_of(400, 28, [])
    found = windows_of(paths, LAST, None, 0.9, cut_after=90)
    for window, (code, first, last) in zip(found, WINDOWS, strict=True):
        assert (window.code, window.from_day, window.to_day) == (code, first, last)
        assert window.first_date == LAST + timedelta(days=first)
        assert window.last_date == LAST + timedelta(days=last)
        assert window.is_cut == (last > 90)
        assert window.sustained_share is None


def test_the_campaign_itself_is_counted_apart():
    paths, plain = paths_of(60, 28, [3])
    means, count = paths.during()
    assert count == 27
    assert means[1] == pytest.approx(np.nanmean(plain[:28]))
