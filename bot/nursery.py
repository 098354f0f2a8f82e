"""The only caller of asyncio.create_task: every detached task has a name, a log line when it fails, and an end."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Self

log = logging.getLogger(__name__)


class Nursery:
    """Owns detached tasks; leaving the context cancels those still running and waits for them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `work` beside the caller; a failure is logged with `name` and never lost."""
        task = asyncio.create_task(work, name=name)  # noqa: TID251  the one place that may
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def settle(self, within: float) -> None:
        """Wait up to `within` seconds for the running tasks to end by themselves."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=within)

    async def close(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        while self._tasks:
            tasks = set(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("the task %s failed", task.get_name(), exc_info=error)
