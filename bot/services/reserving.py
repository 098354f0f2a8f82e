"""Keep a charge point free for a driver: only where the network is described as letting us, which none is by default.

What the operator answers is a hint, as with a start; the session in status RESERVATION that it opens is the truth, and
what the reservation costs comes with its bill. A reservation lives in memory: it ends by itself at the operator.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.charge import Answer
from bot.domain.driver import Pass
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId, PartnerId
from bot.domain.place import Place
from bot.domain.reservation import Reservation
from bot.ports import Clock, CpoGateway, Database, Ids, UnitOfWork
from bot.services import passes
from bot.services.starting import Wish, chosen, place_of

RESERVABLE: Final = "RESERVABLE"


@dataclass(slots=True)
class Reserving:
    """`results` are the operators' last words on our reservations."""

    db: Database
    gateway: CpoGateway
    clock: Clock
    ids: Ids
    results: dict[ChargeId, Answer] = field(default_factory=dict)
    _open: dict[ChargeId, Reservation] = field(default_factory=dict)

    async def reserve(self, wish: Wish, until: datetime) -> Reservation:
        """Ask once for what the driver wishes; it is not started.

        Raises:
            Refused: NOT_SUPPORTED where the network or the charge point has no reservations, or whatever stands in the
                way of a charge there; the operator's own no. NotSent, Unclear: as for a start.

        """
        place, pass_, language = await self.db.read(lambda uow: self._allowed(uow, wish))
        reservation = Reservation(
            id=self.ids.charge_id(),
            driver_id=wish.driver_id,
            pass_number=pass_.number,
            contract_id=pass_.contract_id,
            token_uid=self.ids.token_uid(),
            callback_secret=self.ids.secret(),
            place=place,
            made_at=self.clock.now(),
            until=until,
        )
        self._open[reservation.id] = reservation
        answer = await self.gateway.reserve(reservation, language)
        if answer.why is not None:
            del self._open[reservation.id]
            raise Refused(answer.why)
        return reservation

    async def cancel(self, reservation: Reservation) -> None:
        """Give it up.

        Raises:
            Refused: the operator's own no. NotSent, Unclear: as for a start; then it ends by itself.

        """
        answer = await self.gateway.cancel_reservation(reservation)
        if answer.why is not None:
            raise Refused(answer.why)

    def result(self, partner_id: PartnerId, reservation_id: ChargeId, secret: str, answer: Answer) -> bool:
        """Note an operator's result; False when no such reservation was asked of this partner with this secret."""
        reservation = self._open.get(reservation_id)
        if reservation is None or reservation.place.partner_id != partner_id:
            return False
        if not hmac.compare_digest(reservation.callback_secret.encode(), secret.encode()):
            return False
        self.results[reservation_id] = answer
        if answer.why is not None:
            del self._open[reservation_id]
        return True

    def _allowed(self, uow: UnitOfWork, wish: Wish) -> tuple[Place, Pass, str]:
        pass_ = passes.usable_pass(uow, wish.driver_id)
        station, evse, connector = chosen(uow, wish)
        network = uow.networks.get(station.party)
        if network is None or not network.reservations or RESERVABLE not in evse.capabilities:
            raise Refused(Why.NOT_SUPPORTED)
        driver = uow.drivers.get(wish.driver_id)
        return place_of(station, evse, connector), pass_, driver.tongue if driver else "en"
