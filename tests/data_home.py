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
# Where ledgers of erasures go: outside of every data folder.
_STATE = tempfile.mkdtemp(prefix="entregent-tests-state-")
atexit.register(shutil.rmtree, _STATE, ignore_errors=True)
os.environ["XDG_STATE_HOME"] = _STATE
