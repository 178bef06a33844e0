"""Compiling of the inner loops, with types that the checker can follow."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """Compile a function on plain numpy arrays at its first call; the result is kept on disk."""
    return cast("_F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
