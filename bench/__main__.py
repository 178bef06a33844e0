"""Run the benchmarks: short ones without a word, ``large`` for the gigabyte, ``long`` for hours.

``lake --size N`` makes and measures a lake of N activities; ``lake --page`` writes its page alone.
``crashes`` kills a worker two hundred times, ``race`` lets many work at once for ten minutes; both
are part of the short ones, too.
"""

import sys
import tempfile
from pathlib import Path

from bench import (
    demonstration,
    import_speed,
    large_import,
    pages,
    transactions,
    under_fire,
    understanding,
)
from bench.lake import page as lake_page
from bench.lake import run as lake_run
from bench.lake import short as lake_short
from bench.measurement import long as measurement_long
from bench.measurement import short as measurement_short

if sys.argv[1:] == ["large"]:
    large_import.run()
elif sys.argv[1:] == ["long"]:
    measurement_long.run()
elif sys.argv[1:2] == ["lake"] and sys.argv[2:3] == ["--size"] and sys.argv[3:4]:
    lake_run.run(int(sys.argv[3]), anew=sys.argv[4:] == ["--anew"])
    lake_page.write()
elif sys.argv[1:] == ["lake", "--page"]:
    lake_page.write()
elif sys.argv[1:] == ["crashes"]:
    under_fire.crashes()
elif sys.argv[1:] == ["race"]:
    under_fire.race()
elif sys.argv[1:]:
    sys.exit(
        "usage: python -m bench "
        "[large | long | lake --size N [--anew] | lake --page | crashes | race]"
    )
else:
    import_speed.run()
    transactions.run()
    understanding.run()
    measurement_short.run()
    lake_short.run()
    under_fire.crashes()
    under_fire.race()
    with tempfile.TemporaryDirectory() as folder:
        demonstration.run(Path(folder) / "home")
        pages.run(Path(folder) / "home")
