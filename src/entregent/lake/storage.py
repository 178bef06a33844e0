"""The place of the lake as a file system: a folder or an object store, read by the same means.

It is the library that also reads the tables, with the same credentials.
"""

from typing import Any

import pyarrow as pa
import pyarrow.fs
from deltalake.fs import DeltaStorageHandler

from entregent.lake.store import Lake


class _Storage(DeltaStorageHandler):
    """The library's own, whose files take nothing but bytes, while Arrow gives buffers."""

    def open_output_stream(
        self, path: str, metadata: dict[str, str] | None = None
    ) -> pa.PythonFile:
        """Open a file for writing; what exists is replaced."""
        return pa.PythonFile(_InBytes(self._handler.open_output_stream(path, metadata)), mode="w")


class _InBytes:
    def __init__(self, file: Any) -> None:
        self._file = file

    @property
    def closed(self) -> bool:
        return bool(self._file.closed)

    def write(self, data: Any) -> int:
        return int(self._file.write(bytes(data)))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def storage(lake: Lake) -> pyarrow.fs.FileSystem:
    """The lake's folder, made if it is missing, or its place in an object store."""
    if lake.is_local:
        lake.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return pyarrow.fs.PyFileSystem(_Storage(lake.location, lake.options))


def files_under(files: pyarrow.fs.FileSystem, folder: str) -> set[str]:
    """Paths of all files under a folder; none if there is no such folder."""
    selector = pyarrow.fs.FileSelector(folder, allow_not_found=True, recursive=True)
    return {
        info.path for info in files.get_file_info(selector) if info.type == pyarrow.fs.FileType.File
    }
