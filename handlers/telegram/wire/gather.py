"""Callers that come while a transaction is under way share the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.domain.errors import StoreError
from bot.nursery import Nursery

T = TypeVar("T")
R = TypeVar("R")


class Gatherer(Generic[T, R]):
    """`run` gets a list of items and gives one result for each, in order.

    A batch that fails is run again item by item, so that one bad item never spoils the others; when the store itself
    fails, all of them learn it at once.
    """

    def __init__(
        self, run: Callable[[Sequence[T]], Awaitable[Sequence[R]]], nursery: Nursery, *, most: int = 256
    ) -> None:
        self._run = run
        self._nursery = nursery
        self._most = most
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._busy = False

    async def __call__(self, item: T) -> R:
        """The item's own result, or what its own run raised."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._busy:
            self._busy = True
            self._nursery.start(self._work(), name="gather")
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._settle(batch)
        finally:
            self._busy = False

    async def _settle(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._run([item for item, _ in batch])
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001  it reaches the caller through its future
            await self._failed(batch, error)
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)

    async def _failed(self, batch: Sequence[tuple[T, asyncio.Future[R]]], error: Exception) -> None:
        if len(batch) > 1 and not isinstance(error, StoreError):
            for one in batch:
                await self._settle([one])
            return
        for _, future in batch:
            if not future.done():
                future.set_exception(error)
