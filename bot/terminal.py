"""Lines for people at a terminal; those that only say how far the work has come move a bar instead of piling up."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from rich.progress import Progress

ON_THE_WAY: Final = "\r"
"""Begins a line that the next one replaces."""


class Lines:
    """Prints each line; where nobody watches (a pipe, a file) those on the way are left out."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def say(self, line: str) -> None:
        if line.startswith(ON_THE_WAY):
            if sys.stdout.isatty():
                self._move(line.removeprefix(ON_THE_WAY))
            return
        self._end()
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def _move(self, text: str) -> None:
        if self._bar is None:
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._bar = Progress(*columns, transient=True)
            self._bar.start()
            self._task = self._bar.add_task(text, total=None)
        self._bar.update(self._task, description=text)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
