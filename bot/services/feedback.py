"""Taking what drivers say afterwards, and showing it to the people who run the bot."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.charge import Charge
from bot.domain.errors import Refused, Why
from bot.domain.feedback import BEST, LONGEST_COMMENT, FaultKind, FaultReport, Rating
from bot.domain.ids import ChargeId, DriverId
from bot.domain.ticket import Ticket
from bot.ports import Clock, Database, UnitOfWork

LATEST: Final = 100


class Feedback:
    """Each thing said belongs to a charge of the driver who says it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def rate(self, driver_id: DriverId, charge_id: ChargeId, stars: int) -> Rating:
        """Keep how it went; a second tap changes it and keeps the comment.

        Raises:
            Refused: NOT_YOURS.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Rating:
            _own(uow, driver_id, charge_id)
            before = uow.feedback.rating(charge_id)
            given = Rating(charge_id, driver_id, min(max(1, stars), BEST), now, before.comment if before else "")
            uow.feedback.rate(given)
            return given

        return await self._db.write(work)

    async def comment(self, driver_id: DriverId, charge_id: ChargeId, text: str) -> None:
        """Keep words beside the rating.

        Raises:
            Refused: NOT_YOURS.

        """

        def work(uow: UnitOfWork) -> None:
            _own(uow, driver_id, charge_id)
            rating = uow.feedback.rating(charge_id)
            if rating is not None:
                uow.feedback.rate(replace(rating, comment=text[:LONGEST_COMMENT]))

        await self._db.write(work)

    async def report(self, driver_id: DriverId, charge_id: ChargeId, kind: FaultKind) -> int:
        """Keep that the connector of this charge has a fault; give the number of the report.

        Raises:
            Refused: NOT_YOURS.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> int:
            place = _own(uow, driver_id, charge_id).place
            found = FaultReport(driver_id, place.station_id, place.evse_uid, place.identifier, place.title, kind, now)
            return uow.feedback.report(found)

        return await self._db.write(work)

    async def describe(self, driver_id: DriverId, report_id: int, text: str) -> None:
        """Keep words beside a report, if it is this driver's."""
        await self._db.write(lambda uow: uow.feedback.describe(report_id, driver_id, text[:LONGEST_COMMENT]))

    async def latest(self) -> tuple[Sequence[Rating], Sequence[FaultReport]]:
        """The newest of both, for the people who run the bot."""
        return await self._db.read(lambda uow: (uow.feedback.ratings(LATEST), uow.feedback.reports(LATEST)))

    async def tickets(self) -> Sequence[Ticket]:
        """The newest, open and closed, likewise."""
        return await self._db.read(lambda uow: uow.tickets.latest(LATEST))


def _own(uow: UnitOfWork, driver_id: DriverId, charge_id: ChargeId) -> Charge:
    charge = uow.charges.get(charge_id)
    if charge is None or charge.driver_id != driver_id:
        raise Refused(Why.NOT_YOURS)
    return charge
