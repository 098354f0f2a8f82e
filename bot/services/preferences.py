"""What drivers want of us: language, quiet hours, cars, and how their charges are marked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time
from typing import Final

from bot.domain.driver import Car, Driver, Filters, Quiet
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId, DriverId
from bot.ports import Clock, Database, UnitOfWork
from bot.services.moving import owned

MOST_CARS: Final = 8
NIGHT: Final = (time(22), time(7))
USUAL_ZONES: Final = ("Europe/London", "Europe/Amsterdam", "Europe/Athens")


class Preferences:
    """Each method stores one wish and gives the driver as stored."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of(self, driver_id: DriverId) -> Driver:
        return await self._change(driver_id, lambda driver: driver)

    async def speak(self, driver_id: DriverId, language: str) -> Driver:
        """From now on in this language; empty for the one the messenger reports."""
        return await self._change(driver_id, lambda driver: replace(driver, chosen_language=language))

    async def be_quiet(self, driver_id: DriverId, quiet: Quiet | None) -> Driver:
        return await self._change(driver_id, lambda driver: replace(driver, quiet=quiet))

    async def quiet_at_night(self, driver_id: DriverId) -> Driver:
        """Quiet hours as most want them, by the clock of the driver's last station."""
        zone = (await self.zones(driver_id))[0]
        return await self.be_quiet(driver_id, Quiet(*NIGHT, zone))

    async def zones(self, driver_id: DriverId) -> Sequence[str]:
        """Time zones to choose from: that of the last station first."""
        charged = await self._db.read(lambda uow: [c.place.time_zone for c in uow.charges.of_driver(driver_id, 1)])
        return tuple(dict.fromkeys((*charged, *USUAL_ZONES))) if charged else (USUAL_ZONES[1], *USUAL_ZONES[::2])

    async def add_car(self, driver_id: DriverId, car: Car) -> Driver:
        """A car becomes the first one; at most MOST_CARS are kept, and one of the same name is replaced."""

        def add(driver: Driver) -> Driver:
            others = tuple(known for known in driver.cars if known.name != car.name)
            return replace(driver, cars=(car, *others)[:MOST_CARS])

        return await self._change(driver_id, add)

    async def first_car(self, driver_id: DriverId, name: str) -> Driver:
        """Estimates are for this one from now on."""
        return await self._change(
            driver_id, lambda d: replace(d, cars=tuple(sorted(d.cars, key=lambda car: car.name != name)))
        )

    async def remove_car(self, driver_id: DriverId, name: str) -> Driver:
        return await self._change(
            driver_id, lambda d: replace(d, cars=tuple(car for car in d.cars if car.name != name))
        )

    async def sift(self, driver_id: DriverId, change: Callable[[Filters], Filters]) -> Driver:
        """Change what lists of stations leave out."""
        return await self._change(driver_id, lambda driver: replace(driver, filters=change(driver.filters)))

    async def mark_new(self, driver_id: DriverId, *, business: bool) -> Driver:
        """How charges are marked from now on."""
        return await self._change(driver_id, lambda driver: replace(driver, business=business))

    async def mark(self, driver_id: DriverId, charge_id: ChargeId, *, business: bool) -> None:
        """Mark one charge; its state and its card stay as they are.

        Raises:
            Refused: NOT_YOURS.

        """

        def work(uow: UnitOfWork) -> None:
            charge = owned(uow, driver_id, charge_id)
            if charge.business != business:
                uow.charges.save(replace(charge, business=business))

        await self._db.write(work)

    async def _change(self, driver_id: DriverId, change: Callable[[Driver], Driver]) -> Driver:
        def work(uow: UnitOfWork) -> Driver:
            before = uow.drivers.get(driver_id)
            if before is None:
                raise Refused(Why.NOT_YOURS)
            after = change(before)
            if after != before:
                uow.drivers.save(after)
            return after

        return await self._db.write(work)
