"""A charge point kept free for a driver for a while, where its network lets us ask for that."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import ChargeId, DriverId, PassNumber, TokenUid
from bot.domain.place import Place


@dataclass(frozen=True, slots=True)
class Reservation:
    """`id` is ours, a UUIDv4, and the reference of the session that follows. It may cost money even if unused."""

    id: ChargeId
    driver_id: DriverId
    pass_number: PassNumber
    contract_id: str
    token_uid: TokenUid
    callback_secret: str
    place: Place
    made_at: datetime
    until: datetime
