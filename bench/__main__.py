"""Run the benchmarks: short ones without a word, ``large`` for the gigabyte, ``long`` for hours."""

import sys
import tempfile
from pathlib import Path

from bench import demonstration, import_speed, large_import, pages, understanding
from bench.measurement import long as measurement_long
from bench.measurement import short as measurement_short

if sys.argv[1:] == ["large"]:
    large_import.run()
elif sys.argv[1:] == ["long"]:
    measurement_long.run()
elif sys.argv[1:]:
    sys.exit("usage: python -m bench [large|long]")
else:
    import_speed.run()
    understanding.run()
    measurement_short.run()
    with tempfile.TemporaryDirectory() as folder:
        demonstration.run(Path(folder) / "home")
        pages.run(Path(folder) / "home")
