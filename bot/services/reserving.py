"""Keep a charge point free for a driver: only where the network is described as letting us, which none is by default.

What the operator answers is a hint, as with a start; the session in status RESERVATION that it opens is the truth, and
what the reservation costs comes with its bill. A reservation is stored nowhere: it ends by itself at the operator, and
whoever tells how it went shows that it was asked of them, also after a restart, by a secret made from a key of ours.
"""

import hmac
from collections.abc import Sequence
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
    """`results` are the operators' last words on our reservations; secrets are made with the first of the `keys`."""

    db: Database
    gateway: CpoGateway
    clock: Clock
    ids: Ids
    keys: Sequence[str]
    results: dict[ChargeId, Answer] = field(default_factory=dict)

    async def reserve(self, wish: Wish, until: datetime) -> Reservation:
        """Ask once for what the driver wishes; it is not started.

        Raises:
            Refused: NOT_SUPPORTED where the network or the charge point has no reservations, or whatever stands in the
                way of a charge there; the operator's own no. NotSent, Unclear: as for a start.

        """
        place, pass_, language = await self.db.read(lambda uow: self._allowed(uow, wish))
        reservation_id = self.ids.charge_id()
        reservation = Reservation(
            id=reservation_id,
            driver_id=wish.driver_id,
            pass_number=pass_.number,
            contract_id=pass_.contract_id,
            token_uid=self.ids.token_uid(),
            callback_secret=_secret(self.keys[0], place.partner_id, reservation_id),
            place=place,
            made_at=self.clock.now(),
            until=until,
        )
        answer = await self.gateway.reserve(reservation, language)
        if answer.why is not None:
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
        ours = (_secret(key, partner_id, reservation_id) for key in self.keys)
        if not any(hmac.compare_digest(one.encode(), secret.encode()) for one in ours):
            return False
        self.results[reservation_id] = answer
        return True

    def _allowed(self, uow: UnitOfWork, wish: Wish) -> tuple[Place, Pass, str]:
        pass_ = passes.usable_pass(uow, wish.driver_id)
        station, evse, connector = chosen(uow, wish)
        network = uow.networks.get(station.party)
        if network is None or not network.reservations or RESERVABLE not in evse.capabilities:
            raise Refused(Why.NOT_SUPPORTED)
        driver = uow.drivers.get(wish.driver_id)
        return place_of(station, evse, connector), pass_, driver.tongue if driver else "en"


def _secret(key: str, partner_id: PartnerId, reservation_id: ChargeId) -> str:
    """128 bits that nobody can make for a reservation of their own wishing."""
    return hmac.digest(key.encode(), f"{partner_id} {reservation_id}".encode(), "sha256").hex()[:32]
