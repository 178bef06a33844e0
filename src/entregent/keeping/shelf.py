"""Where a backup is written and read: a folder, or one ``.tar`` file.

A shelf is written under a draft's name and renamed at the end, after its manifest. What was cut
off has neither, and looks like no backup.
"""

import hashlib
import os
import secrets
import shutil
import tarfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from entregent.keeping import manifest as manifests
from entregent.keeping.errors import KeepingError, Vanished
from entregent.keeping.manifest import Item, Manifest

PIECE_BYTES = 1024 * 1024


class Readable(Protocol):
    """Anything that is read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class Shelf:
    """A backup that is being written.

    Attributes
    ----------
    files
        What stands on it so far.
    """

    def __init__(self, draft: Path) -> None:
        self._draft = draft
        self.files: list[Item] = []

    def put(self, path: str, size: int, source: Readable) -> None:
        """Copy a file of a known size; raises `Vanished` if it turns out to be shorter."""
        digest = hashlib.sha256()
        with self._place(path, size) as file:
            left = size
            while left:
                piece = source.read(min(left, PIECE_BYTES))
                if not piece:
                    raise Vanished(path)
                digest.update(piece)
                file.write(piece)
                left -= len(piece)
        self.files.append(Item(path, size, digest.hexdigest()))

    def rewind(self, mark: int) -> None:
        """Take off again all files after the first `mark` ones, and what is half written."""
        raise NotImplementedError

    def finish(self, manifest: Manifest, target: Path) -> None:
        """Add the manifest, and give the backup its name."""
        raise NotImplementedError

    def _place(self, path: str, size: int) -> AbstractContextManager[BinaryIO]:
        raise NotImplementedError


class FolderShelf(Shelf):
    """A folder with the files as they are."""

    def __init__(self, draft: Path) -> None:
        super().__init__(draft)
        draft.mkdir(mode=0o700)

    @contextmanager
    def _place(self, path: str, size: int) -> Iterator[BinaryIO]:
        del size
        place = self._draft / path
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            try:
                yield file
            except BaseException:
                place.unlink()
                raise
            file.flush()
            os.fsync(file.fileno())

    def rewind(self, mark: int) -> None:
        """Remove the files."""
        for item in self.files[mark:]:
            (self._draft / item.path).unlink()
        del self.files[mark:]

    def finish(self, manifest: Manifest, target: Path) -> None:
        """Rename the folder."""
        body = manifest.dumps()
        with self._place(manifests.NAME, len(body)) as file:
            file.write(body)
        _refuse_to_replace(target)
        self._draft.rename(target)
        sync_folder(target.parent)


class TarShelf(Shelf):
    """One file, written from its beginning to its end as tar does."""

    def __init__(self, draft: Path) -> None:
        super().__init__(draft)
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._ends = [0]

    @contextmanager
    def _place(self, path: str, size: int) -> Iterator[BinaryIO]:
        head = tarfile.TarInfo(path)
        head.size, head.mode, head.mtime = size, 0o600, int(time.time())
        self._file.write(head.tobuf(tarfile.PAX_FORMAT))
        yield self._file
        self._file.write(b"\0" * (-size % tarfile.BLOCKSIZE))
        self._ends.append(self._file.tell())

    def rewind(self, mark: int) -> None:
        """Cut the file off."""
        del self.files[mark:], self._ends[mark + 1 :]
        self._file.seek(self._ends[-1])
        self._file.truncate()

    def finish(self, manifest: Manifest, target: Path) -> None:
        """End the file, and rename it."""
        body = manifest.dumps()
        with self._place(manifests.NAME, len(body)) as file:
            file.write(body)
        self._file.write(b"\0" * (2 * tarfile.BLOCKSIZE))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _refuse_to_replace(target)
        self._draft.rename(target)
        sync_folder(target.parent)


def draft_of(target: Path) -> Path:
    """A name beside the target that says what it is, and that nobody takes for a backup."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.draft")


@contextmanager
def new_shelf(target: Path) -> Iterator[Shelf]:
    """A shelf for a backup; whatever ends it early, nothing is left of it.

    Raises
    ------
    KeepingError
        If there is something at `target`, or nothing can be written there.
    """
    _refuse_to_replace(target)
    if not target.parent.is_dir():
        raise KeepingError(f"there is no folder {target.parent}; make it, or choose another one")
    draft = draft_of(target)
    try:
        yield (TarShelf if target.suffix == ".tar" else FolderShelf)(draft)
    finally:
        # Where it was finished, it has its name by now.
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        draft.unlink(missing_ok=True)


def _refuse_to_replace(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise KeepingError(f"{target} is there already; choose another name for the backup")


class Backup:
    """A backup that is read.

    Parameters
    ----------
    path
        A folder, or a ``.tar`` file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tar: tarfile.TarFile | None = None
        self._members: dict[str, tarfile.TarInfo] = {}
        if path.is_dir():
            place = path / manifests.NAME
            if not place.is_file():
                raise self._no_backup()
            body = place.read_bytes()
        elif path.is_file():
            try:
                self._tar = tarfile.open(path, "r:")  # noqa: SIM115 (closed by `close`)
                self._members = {each.name: each for each in self._tar.getmembers()}
            except (tarfile.TarError, EOFError):
                raise self._no_backup() from None
            if manifests.NAME not in self._members:
                self.close()
                raise self._no_backup()
            with self._from_tar(manifests.NAME) as file:
                body = file.read()
        else:
            raise KeepingError(f"there is no backup {path}")
        self.manifest = manifests.loads(body, str(path))

    def _no_backup(self) -> KeepingError:
        return KeepingError(
            f"{self.path} is no whole backup: it has no {manifests.NAME}; take another one"
        )

    def close(self) -> None:
        """Close the file."""
        if self._tar is not None:
            self._tar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def open(self, item: Item) -> Iterator[BinaryIO]:
        """One of its files."""
        try:
            if self._tar is not None:
                with self._from_tar(item.path) as file:
                    yield file
            else:
                with (self.path / item.path).open("rb") as file:
                    yield file
        except (KeyError, FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise KeepingError(
                f"{self.path}: {item.path} is missing; take another backup"
            ) from None

    @contextmanager
    def _from_tar(self, name: str) -> Iterator[BinaryIO]:
        assert self._tar is not None
        member = self._members[name]
        file = self._tar.extractfile(member)
        if file is None:
            raise KeyError(name)
        with file:
            yield file  # type: ignore[misc]  # a reader, as far as we use it

    def copy(self, item: Item, target: BinaryIO | None = None) -> None:
        """Read a file through, and write it if asked to; raises `KeepingError` if it is damaged."""
        digest, size = hashlib.sha256(), 0
        with self.open(item) as file:
            try:
                while piece := file.read(PIECE_BYTES):
                    digest.update(piece)
                    size += len(piece)
                    if target is not None:
                        target.write(piece)
            except tarfile.ReadError:
                size = -1
        if (size, digest.hexdigest()) != (item.size, item.sha256):
            raise KeepingError(
                f"{self.path}: {item.path} is damaged, it is not what was written; "
                "take another backup"
            )


def sync_folder(folder: Path) -> None:
    """See to it that names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
