"""Reading sessions back: when a start is unclear, when a running session is quiet, and when a driver asks."""

import logging
from datetime import datetime, timedelta
from typing import Any

from bot.domain import charge as charges
from bot.domain.charge import OVER, RUNNING, Charge, State
from bot.domain.errors import PartnerError
from bot.domain.ids import ChargeId, PartnerId
from bot.domain.session import SessionKey
from bot.services.hearing import Hearing
from bot.services.pulls import Pulls

log = logging.getLogger(__name__)

SINCE_BEFORE = timedelta(minutes=10)
"""Sessions are read back from a little before the fence: clocks differ."""


class ReadingBack(Hearing):
    """Asks the operator what is true, and lets a waiting driver read on meanwhile."""

    def __init__(self, *rooms: Any, **how: Any) -> None:
        super().__init__(*rooms, **how)
        self._pulls = Pulls(self._pull)

    async def resolve(self, charge_id: ChargeId, attempt: int) -> datetime | None:
        """Read sessions back until it is clear whether the start took; give when to look again."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None or charge.fenced_at is None:
            return None
        await self.read_back(charge)
        now = self._clock.now()
        after = await self._change(charge_id, lambda c: charges.give_up(c, self._pace, now))
        if after is None or after.state in RUNNING | OVER:
            return None
        if now >= after.watch_end(self._pace):
            return None
        upcoming = now + self._pace.read_back(attempt)
        end = after.window_end(self._pace)
        return min(upcoming, end) if now < end else upcoming

    async def watch(self, charge_id: ChargeId) -> datetime | None:
        """Ask the operator when a running session has been quiet; give when to look again."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None or charge.state not in RUNNING:
            return None
        now = self._clock.now()
        quiet = self._pace.quiet(stopping=charge.state is State.STOPPING)
        if (heard := charge.heard_at or charge.made_at) + quiet > now:
            return heard + quiet
        await self.read_back(charge)
        await self._change(charge_id, lambda c: charges.still_quiet(c, charge.heard_at))
        return now + quiet

    async def next_stage(self, charge_id: ChargeId) -> datetime | None:
        """Let a waiting driver read the next sentence when it is time for it; this never waits for an operator."""
        after = await self._change(charge_id, lambda c: charges.waited(c, self._pace, self._clock.now()))
        return after.next_word_at(self._pace) if after else None

    async def read_back(self, charge: Charge) -> list[SessionKey] | None:
        """Pull the operator's sessions since this charge began, and take each for what it is.

        One pull serves all charges of that operator that wait for one.

        Returns:
            Those that it listed, or None if it could not be asked.

        """
        since = (charge.fenced_at or charge.made_at) - SINCE_BEFORE
        return await self._pulls.join(charge.place.partner_id, since)

    async def read_since(self, partner_id: PartnerId, since: datetime) -> bool:
        """Take all sessions of an operator that changed since then; whether it could be asked."""
        return await self._pulls.join(partner_id, since) is not None

    async def _pull(self, partner_id: PartnerId, since: datetime) -> list[SessionKey] | None:
        now = self._clock.now
        listed = []
        try:
            async for session in self._gateway.sessions(partner_id, since):
                listed.append(session.key)
                await self._db.write(lambda uow, session=session: self._take(uow, session, now()))  # type: ignore[misc]
        except PartnerError as error:
            log.warning("sessions of partner %s could not be read back: %s", partner_id, error)
            return None
        finally:
            self._moved()
        return listed
