"""Measuring needs no Django, and importing it costs nothing."""

import subprocess
import sys

import pytest


def loaded_by(code: str) -> set[str]:
    """Top names, and scipy.stats, that a fresh interpreter has loaded after some code."""
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    names = set(done.stdout.split())
    return {name.partition(".")[0] for name in names} | (names & {"scipy.stats"})


@pytest.mark.parametrize("module", ["measurement", "measurement.results", "measurement.words"])
def test_importing_the_library_loads_nothing_heavy(module):
    heavy = {"django", "numba", "llvmlite", "altair", "scipy", "scipy.stats", "statsmodels"}
    assert not loaded_by(f"import entregent.{module}") & heavy


def test_asking_loads_neither_django_nor_altair_nor_the_distributions():
    found = loaded_by("from entregent.measurement.boosts import boost")
    assert not found & {"django", "altair", "scipy.stats", "statsmodels", "pandas"}
    assert {"numba", "numpy"} <= found
