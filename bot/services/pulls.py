"""Pulling sessions for many at once: one pull of an operator serves all who wait for it at that moment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.ids import PartnerId
from bot.domain.session import SessionKey

Listed = list[SessionKey] | None


@dataclass
class _Round:
    """Those who wait for the next pull of an operator; it begins with the earliest time any of them asks for."""

    since: datetime
    listed: asyncio.Future[Listed] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Pulls:
    """A pull that is under way may have passed what a newcomer needs, so the newcomer shares the next one."""

    def __init__(self, pull: Callable[[PartnerId, datetime], Awaitable[Listed]]) -> None:
        self._pull = pull
        self._next: dict[PartnerId, _Round] = {}
        self._turns: dict[PartnerId, asyncio.Lock] = {}

    async def join(self, partner_id: PartnerId, since: datetime) -> Listed:
        """What the operator listed, of since then or longer; None if it could not be asked."""
        waiting = self._next.get(partner_id)
        if waiting is not None:
            waiting.since = min(waiting.since, since)
            return await asyncio.shield(waiting.listed)
        mine = self._next[partner_id] = _Round(since)
        listed: Listed = None
        try:
            async with self._turns.setdefault(partner_id, asyncio.Lock()):
                self._leave(partner_id, mine)
                listed = await self._pull(partner_id, mine.since)
        finally:
            # Whoever led may have been cancelled: those who waited must not wait for ever.
            self._leave(partner_id, mine)
            mine.listed.set_result(listed)
        return listed

    def _leave(self, partner_id: PartnerId, mine: _Round) -> None:
        if self._next.get(partner_id) is mine:
            del self._next[partner_id]
