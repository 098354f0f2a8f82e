"""Stopping a charge: the wish is kept until the session has ended, however often the stop must be sent."""

import logging
from datetime import datetime

from bot.crashpoints import crash_point
from bot.domain import charge as charges
from bot.domain.charge import RUNNING, Answer, By, Charge
from bot.domain.errors import PartnerError, Why
from bot.domain.ids import ChargeId, DriverId
from bot.ports import UnitOfWork
from bot.services import consequences
from bot.services.moving import owned
from bot.services.reading_back import ReadingBack

log = logging.getLogger(__name__)


class Stopping(ReadingBack):
    """From the wish to the end of the session: never lost."""

    async def stop(self, driver_id: DriverId, charge_id: ChargeId, by: By = By.DRIVER) -> Charge:
        """Keep the wish to stop until the session has ended.

        Raises:
            Refused: NOT_YOURS, or FINISHED when it has ended already.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Charge:
            before = owned(uow, driver_id, charge_id)
            return consequences.follow(uow, before, charges.wish_to_stop(before, now, by), now, self._pace)

        charge = await self._db.write(work)
        crash_point("stop_committed")
        self._moved()
        return charge

    async def send_stop(self, charge_id: ChargeId) -> datetime | None:
        """Send a stop; give when to send the next, or None once there is nothing to stop (yet)."""

        def attempt(uow: UnitOfWork) -> Charge | None:
            before = uow.charges.get(charge_id)
            if before is None or not before.stop_due or before.session_key is None:
                return None
            after = charges.stop_attempt(before, self._clock.now())
            uow.charges.save(after)
            return after

        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is not None and charge.stop_tries and charge.state not in RUNNING:
            await self.read_back(charge)  # Nobody else watches a session that never ran.
        charge = await self._db.write(attempt)
        if charge is None:
            return None
        crash_point("stop_before")
        answer, failure = await self._ask_to_stop(charge)
        crash_point("stop_sent")
        after = await self._change(charge_id, lambda c: charges.stop_answered(c, answer, self._clock.now(), failure))
        crash_point("stop_recorded")
        if answer is not None and answer.why is Why.UNKNOWN_SESSION:
            after = await self._still_there(charge)
        if after is None or not after.stop_due:
            return None
        accepted = answer is not None and answer.why is None
        pause = self._pace.stop_accepted if accepted else self._pace.stop_again(after.stop_tries)
        return self._clock.now() + pause

    async def _ask_to_stop(self, charge: Charge) -> tuple[Answer | None, Why]:
        """The answer, or None and how it failed."""
        try:
            return await self._gateway.stop(charge), Why.NO_ANSWER
        except PartnerError as error:
            log.warning("the stop of charge %s got no answer: %s", charge.id, error)
            return None, error.why

    async def _still_there(self, charge: Charge) -> Charge | None:
        """A stop found no such session: only if the operator's list has none either may the charge be over."""
        listed = await self.read_back(charge)
        if listed is None or any(key.names(charge.session_key) for key in listed if charge.session_key):
            return await self._db.read(lambda uow: uow.charges.get(charge.id))
        return await self._change(charge.id, lambda c: charges.forgotten(c, self._pace, self._clock.now()))
