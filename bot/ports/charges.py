"""What is true about charges, and what operators said of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.charge import Charge, Fact, State
from bot.domain.ids import (
    CdrId,
    ChargeId,
    DriverId,
    EvseUid,
    PartnerId,
    Party,
    StationId,
)
from bot.domain.session import Cdr, Session, SessionKey
from bot.domain.watch.readings import Reading


class Charges(Protocol):
    def add(self, charge: Charge) -> None:
        """Store a new charge.

        Raises:
            Refused: ALREADY_CHARGING or CONNECTOR_TAKEN, when the driver or the charge point has one that claims it.

        """

    def save(self, charge: Charge) -> None:
        """Store the charge and append its `news` to its timeline."""

    def get(self, charge_id: ChargeId) -> Charge | None: ...

    def by_reference(self, partner_id: PartnerId, reference: str) -> Charge | None:
        """By authorization_reference, without regard to case, also when cut short to 36 characters."""

    def by_token(self, partner_id: PartnerId, uid: str) -> Charge | None:
        """By the token uid made for this charge alone."""

    def by_session(self, key: SessionKey) -> Charge | None: ...

    def of_driver(self, driver_id: DriverId, limit: int) -> Sequence[Charge]:
        """The driver's charges, newest first."""

    def claimed_by(self, driver_id: DriverId) -> Charge | None:
        """The driver's charge that keeps another from starting, if any."""

    def in_states(self, states: Iterable[State]) -> Sequence[Charge]: ...

    def started_since(self, since: datetime, *, driver_id: DriverId) -> int:
        """How many starts this driver has pressed since then."""

    def failed_since(self, since: datetime, station_id: StationId, evse_uid: EvseUid) -> int:
        """How many starts at this charge point were refused or not confirmed since then."""

    def timeline(self, charge_id: ChargeId) -> Sequence[Fact]:
        """All facts, oldest first."""

    def to_show(self, limit: int) -> Sequence[Charge]:
        """Charges whose live card shows an older version, the longest waiting first."""


class Sessions(Protocol):
    def get(self, key: SessionKey) -> Session | None: ...

    def save(self, session: Session, charge_id: ChargeId | None) -> None: ...

    def strays(self) -> Sequence[Session]:
        """Sessions that belong to no charge we know."""


class Cdrs(Protocol):
    def add(self, cdr: Cdr, charge_id: ChargeId | None, received_at: datetime) -> bool:
        """Store an immutable record; False if it is there already with equal content.

        Raises:
            Conflict: the same id is there with other content.

        """

    def get(self, partner_id: PartnerId, party: Party, cdr_id: CdrId) -> Cdr | None: ...

    def of_charge(self, charge_id: ChargeId) -> Sequence[Cdr]:
        """Records and credits of a charge, in the order they came."""

    def claim_credits(self, bill: Cdr, charge_id: ChargeId) -> Sequence[Cdr]:
        """The credits of this bill that were nobody's belong to this charge from now on; those, as they came."""


class Readings(Protocol):
    def add(self, charge_id: ChargeId, reading: Reading) -> None:
        """Keep a reading; another of the same moment takes its place."""

    def of_charge(self, charge_id: ChargeId) -> Sequence[Reading]:
        """Those kept, oldest first."""
