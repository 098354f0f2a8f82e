"""Guarding a charge: what its driver asks to be looked after, what the driver sees, and what the clock brings."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.charge import OVER, By, Charge
from bot.domain.errors import PartnerError, Refused, Why
from bot.domain.ids import ChargeId, DriverId
from bot.domain.watch import limits, own_word, unplugging
from bot.domain.watch.care import Limit
from bot.ports import UnitOfWork
from bot.services import consequences
from bot.services.alerts import tell_freed
from bot.services.moving import Moving, owned

log = logging.getLogger(__name__)

NOT_AT_ONCE = timedelta(seconds=1)


class Guarding(Moving):
    """Looks after a charge and moves none of it but by a wish to stop."""

    # ── the driver ───────────────────────────────────────────────────────────────────────────────────────────────

    async def limit(self, driver_id: DriverId, charge_id: ChargeId, limit: Limit) -> Charge:
        """Set a limit; one that is reached already is told, and stopped at, in the same step.

        Raises:
            Refused: NOT_YOURS, or FINISHED.

        """
        return await self._asked(driver_id, charge_id, lambda c, now: limits.chosen(c, limit, now))

    async def no_limits(self, driver_id: DriverId, charge_id: ChargeId) -> Charge:
        """Take all limits away; raises as `limit`."""
        return await self._asked(driver_id, charge_id, limits.cleared)

    async def says_charging(self, driver_id: DriverId, charge_id: ChargeId) -> Charge:
        """Keep the driver's own word beside the operator's data; raises as `limit`."""
        return await self._asked(driver_id, charge_id, own_word.says_charging)

    async def says_stopped(self, driver_id: DriverId, charge_id: ChargeId) -> Charge:
        """Likewise."""
        return await self._asked(driver_id, charge_id, own_word.says_stopped)

    async def unplugged(self, driver_id: DriverId, charge_id: ChargeId) -> Charge:
        """The driver has taken the cable out: no more reminders.

        Raises:
            Refused: NOT_YOURS.

        """
        return await self._asked(
            driver_id, charge_id, lambda c, now: unplugging.unplugged(c, now, By.DRIVER), even_over=True
        )

    async def _asked(
        self,
        driver_id: DriverId,
        charge_id: ChargeId,
        change: Callable[[Charge, datetime], Charge],
        *,
        even_over: bool = False,
    ) -> Charge:
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Charge:
            before = owned(uow, driver_id, charge_id)
            if before.state in OVER and not even_over:
                raise Refused(Why.FINISHED)
            return consequences.follow(uow, before, change(before, now), now, self._pace)

        charge = await self._db.write(work)
        self._moved()
        return charge

    # ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────

    async def guard(self, charge_id: ChargeId) -> datetime | None:
        """Look after the charge as time passes; give when to look again."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None:
            return None
        if unplugging.guarded(charge):
            await self._look_at_the_station(charge)
        after = await self._change(charge_id, lambda c: c)
        look_at = after.care.look_at if after else None
        return look_at and max(look_at, self._clock.now() + NOT_AT_ONCE)

    async def _look_at_the_station(self, charge: Charge) -> None:
        """The charge point may be free again without anybody having told us."""
        station = await self._db.read(lambda uow: uow.stations.get(charge.place.station_id))
        if station is None:
            return
        try:
            fresh = await self._gateway.refresh(station)
        except PartnerError as error:
            log.info("the station of charge %s could not be looked at: %s", charge.id, error)
            return
        if fresh is not None:
            now = self._clock.now()
            await self._db.write(lambda uow: (uow.stations.put([fresh]), tell_freed(uow, [fresh.id], now)))
