"""Drivers: meeting them, and knowing what they are in the middle of."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.charge import State
from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.ids import DriverId, PassNumber
from bot.ports import Clock, Database, Ids, Lane, UnitOfWork
from bot.services.importing import CONTRACT_LENGTH, in_base_36

TOLD_AGAIN = timedelta(days=7)
"""Receipts that could not be delivered for so long are told when the driver is back."""

RECENT: Final = 20
ENDED: Final = frozenset({State.ENDED, State.BILLED})


class Drivers:
    """`contract_prefix` is our country code and party id, as in an eMI3 contract id: "NL-CHB"."""

    def __init__(self, db: Database, clock: Clock, ids: Ids, contract_prefix: str) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._prefix = contract_prefix

    async def meet(self, driver_id: DriverId, first_name: str, language: str) -> Driver:
        """Greet a person, and note what changed about them.

        The first time they get a welcome pass, as long as no pass was ever imported: from then on passes are linked.
        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Driver:
            known = uow.drivers.get(driver_id)
            met = known or Driver(driver_id, first_name, language, now)
            driver = replace(met, first_name=first_name, language=language, reachable=True)
            if known is not None and not known.reachable:
                uow.notices.again(driver_id, Lane.RECEIPT, now - TOLD_AGAIN)
            if driver != known:
                uow.drivers.save(driver)
            if known is None and not uow.drivers.any_imported() and not uow.drivers.passes(driver_id):
                uow.drivers.save_pass(self._welcome_pass(uow, driver))
            return driver

        return await self._db.write(work)

    async def is_new(self, driver_id: DriverId) -> bool:
        """Whether this driver has never brought a charge to its end with us."""

        def work(uow: UnitOfWork) -> bool:
            return not any(charge.state in ENDED for charge in uow.charges.of_driver(driver_id, limit=RECENT))

        return await self._db.read(work)

    def _welcome_pass(self, uow: UnitOfWork, driver: Driver) -> Pass:
        """Its contract is a random one: who the driver is cannot be read from what operators see."""
        while True:
            chance = in_base_36(int.from_bytes(self._ids.secret().encode()))[-CONTRACT_LENGTH:]
            number = PassNumber(f"{self._prefix}-C{chance}")
            if uow.drivers.pass_by_token("", number) is None:
                return Pass(number, driver.id, contract_id=number, status=PassStatus.ACTIVE, since=driver.met_at)

    async def back(self, driver_id: DriverId) -> bool:
        """A driver who was unreachable is back; False when nobody knew of that."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> bool:
            known = uow.drivers.get(driver_id)
            if known is None or known.reachable:
                return False
            uow.drivers.save(replace(known, reachable=True))
            uow.notices.again(driver_id, Lane.RECEIPT, now - TOLD_AGAIN)
            return True

        return await self._db.write(work)

    async def unreachable(self, driver_id: DriverId) -> None:
        """The driver has blocked the bot: charges go on, telling waits until they are back."""

        def work(uow: UnitOfWork) -> None:
            if driver := uow.drivers.get(driver_id):
                uow.drivers.save(replace(driver, reachable=False))

        await self._db.write(work)
