"""The files around an SQLite database: the lock that keeps a second process out, and a reserve of room."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.domain.errors import StoreBusy, StoreError

PRIVATE: Final = 0o600
RESERVE_BYTES: Final = 1 << 20


def prepare(path: Path) -> None:
    """Create the folder and the file, for our eyes only; a file that is there keeps what it holds."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
        path.chmod(PRIVATE)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened ({error.strerror}): name another in CHARGEBOT_DATABASE_URL."
        ) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the database for this process alone; the system lets go of it however the process ends."""
    file = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, PRIVATE)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(file, 20).decode(errors="replace").strip()
            raise StoreBusy(
                f"{path} is in use by another chargebot (process {holder}): "
                "stop that one first, or name another database in CHARGEBOT_DATABASE_URL."
            ) from error
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(file)


class Reserve:
    """Room put aside beside the database: given up when the disk is full, so that stops and receipts find some."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".reserve")

    def give_up(self) -> bool:
        """Whether there was room to give."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def put_aside(self) -> bool:
        """Whether it is there now; it is taken only from a disk that has plenty."""
        part = self._path.with_name(self._path.name + ".part")
        try:
            if self._path.exists():
                return True
            if shutil.disk_usage(self._path.parent).free < 4 * RESERVE_BYTES:
                return False
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as reserve:
                reserve.write(os.urandom(RESERVE_BYTES))  # zeros take no room on a file system that packs
            part.replace(self._path)
        except OSError:
            part.unlink(missing_ok=True)
            return False
        return True
