"""Run the benchmarks: short ones without a word, ``large`` for the gigabyte."""

import sys

from bench import import_speed, large_import

if sys.argv[1:] == ["large"]:
    large_import.run()
elif sys.argv[1:]:
    sys.exit("usage: python -m bench [large]")
else:
    import_speed.run()
