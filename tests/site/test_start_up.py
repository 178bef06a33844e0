"""The site starts light: what only commands and the worker need is loaded where it is used."""

import subprocess
import sys

import orjson

HEAVY = (
    "altair",
    "deltalake",
    "duckdb",
    "feedparser",
    "holidays",
    "httpx",
    "ibis",
    "numpy",
    "pandas",
    "py3langid",
    "pyarrow",
    "segno",
    "vl_convert",
)
LARGEST_MB = 90

START = f"""
import sys
from pathlib import Path
import entregent.site.asgi
from django.urls import get_resolver
assert get_resolver().url_patterns
import orjson
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
resident = int(status["VmRSS"].split()[0]) / 1024
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.stdout.buffer.write(orjson.dumps({{"resident_mb": resident, "loaded": loaded}}))
"""


def test_the_site_starts_without_the_engines_and_in_little_memory() -> None:
    done = subprocess.run([sys.executable, "-c", START], check=True, capture_output=True)
    found = orjson.loads(done.stdout)
    assert found["loaded"] == []
    assert found["resident_mb"] < LARGEST_MB


DRAW_WHILE_LOADING = """
import sys, threading
from entregent.site.charts.hand import altair

alt = altair()
halfway, drawn = threading.Event(), threading.Event()

class Slow:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "pandas.core.api":
            halfway.set()
            drawn.wait(30)

sys.meta_path.insert(0, Slow)
loading = threading.Thread(target=lambda: __import__("pandas"))
loading.start()
while loading.is_alive() and not halfway.is_set():
    loading.join(0.01)
try:
    alt.Scale(domain=[1, 2])
finally:
    drawn.set()
    loading.join()
"""


def test_a_chart_is_drawn_while_another_thread_loads_pandas() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRAW_WHILE_LOADING], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
