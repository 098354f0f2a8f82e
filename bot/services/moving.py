"""What all that moves a charge shares: one transaction a step, and a call to the others."""

from collections.abc import Callable

from bot.domain.charge import Charge
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId, DriverId
from bot.domain.pace import Pace
from bot.ports import Clock, CpoGateway, Database, DriverNotifier, Ids, UnitOfWork
from bot.services import consequences

STARTS_PER_HOUR = 6
"""How often a driver may press start within an hour, unless the settings say otherwise."""


class Moving:
    """Changes a charge and wakes whoever has to do with it."""

    def __init__(
        self,
        db: Database,
        gateway: CpoGateway,
        clock: Clock,
        ids: Ids,
        notifier: DriverNotifier,
        pace: Pace,
        *,
        starts_per_hour: int = STARTS_PER_HOUR,
        wake_worker: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._ids = ids
        self._notifier = notifier
        self._pace = pace
        self._starts_per_hour = starts_per_hour
        self._wake_worker = wake_worker

    async def _change(self, charge_id: ChargeId, change: Callable[[Charge], Charge]) -> Charge | None:
        def work(uow: UnitOfWork) -> Charge | None:
            before = uow.charges.get(charge_id)
            if before is None:
                return None
            return consequences.follow(uow, before, change(before), self._clock.now(), self._pace)

        after = await self._db.write(work)
        self._moved()
        return after

    async def _language(self, driver_id: DriverId) -> str:
        driver = await self._db.read(lambda uow: uow.drivers.get(driver_id))
        return driver.tongue if driver else "en"

    def _moved(self) -> None:
        self._notifier.wake()
        self._wake_worker()


def owned(uow: UnitOfWork, driver_id: DriverId, charge_id: ChargeId) -> Charge:
    charge = uow.charges.get(charge_id)
    if charge is None or charge.driver_id != driver_id:
        raise Refused(Why.NOT_YOURS)
    return charge
