"""Run the benchmarks: short ones without a word, ``large`` for the gigabyte."""

import sys
import tempfile
from pathlib import Path

from bench import demonstration, import_speed, large_import, pages, understanding

if sys.argv[1:] == ["large"]:
    large_import.run()
elif sys.argv[1:]:
    sys.exit("usage: python -m bench [large]")
else:
    import_speed.run()
    understanding.run()
    with tempfile.TemporaryDirectory() as folder:
        demonstration.run(Path(folder) / "home")
        pages.run(Path(folder) / "home")
