"""A data folder for the tests alone, in place before Django reads its settings.

Loaded by ``-p`` in pyproject.toml: a conftest would come too late, and a test run would touch the
data of whoever runs it.
"""

import atexit
import os
import shutil
import tempfile

_HOME = tempfile.mkdtemp(prefix="entregent-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("ENTREGENT_")]:
    del os.environ[_name]
os.environ["ENTREGENT_HOME"] = _HOME
