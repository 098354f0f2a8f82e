"""What an operator says of a charge (Session) and asks to be paid for it (Cdr), in one form for all OCPI versions.

The newest Session is the truth about energy; command results are hints; the Cdr alone bills.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.ids import CdrId, ConnectorId, EvseUid, LocationId, PartnerId, Party, SessionId, TokenUid, same
from bot.domain.money import Price
from bot.domain.tariffs.tariff import Tariff
from bot.domain.tariffs.usage import ChargingPeriod

FROM_THE_FUTURE = timedelta(minutes=5)


class SessionStatus(StrEnum):
    """OCPI 2.2.1 mod_sessions, SessionStatus."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    INVALID = "INVALID"
    RESERVATION = "RESERVATION"

    @property
    def final(self) -> bool:
        return self in {SessionStatus.COMPLETED, SessionStatus.INVALID}

    @property
    def ran(self) -> bool:
        """Whether energy may have flowed."""
        return self in {SessionStatus.ACTIVE, SessionStatus.COMPLETED}


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Who says it and what they call it; two operators may use the same id."""

    partner_id: PartnerId
    party: Party
    id: SessionId

    def names(self, other: "SessionKey") -> bool:
        """Whether both name one session: ids are compared without case."""
        return (self.partner_id, self.party) == (other.partner_id, other.party) and same(self.id, other.id)


@dataclass(frozen=True, slots=True)
class Session:
    """A charge as its operator sees it; kwh is the energy so far, `total_cost` what the operator asks so far."""

    key: SessionKey
    status: SessionStatus
    start: datetime
    kwh: Decimal
    last_updated: datetime
    currency: str = ""
    end: datetime | None = None
    token_uid: TokenUid | None = None
    reference: str | None = None
    location_id: LocationId | None = None
    evse_uid: EvseUid | None = None
    connector_id: ConnectorId | None = None
    total_cost: Price | None = None
    periods: tuple[ChargingPeriod, ...] = ()
    contract_id: str | None = field(default=None, compare=False)

    def latest(self, dimension: str) -> Decimal | None:
        """The newest reading of a momentary dimension (POWER in kW, STATE_OF_CHARGE in percent), if any is told."""
        readings = (p.dimensions[dimension] for p in reversed(self.periods) if dimension in p.dimensions)
        return next(readings, None)

    @property
    def power(self) -> Decimal | None:
        """KW right now: of the newest period alone, none where that one counts as connected without charging."""
        if not self.periods:
            return None
        newest = self.periods[-1].dimensions
        parked = newest.get("PARKING_TIME", Decimal(0)) > 0 and not newest.get("TIME")
        return newest.get("POWER", Decimal(0) if parked else None)


def newer(old: Session | None, new: Session, now: datetime) -> Session | None:
    """The session to keep after hearing `new`, or None when it tells nothing (older, repeated, or after the end).

    A terminal status stays. An equal `last_updated` counts only if it moves the status on. A stamp from the
    future counts as old as soon as one that is not from the future comes, so that it can never block later truth.
    """
    if old is None:
        return new
    if old.status.final and not new.status.final:
        return None
    future = now + FROM_THE_FUTURE
    if new.last_updated < old.last_updated and not new.last_updated <= future < old.last_updated:
        return None
    if new.last_updated == old.last_updated and (new == old or not _moves_on(old.status, new.status)):
        return None
    return _with_names_of(old, new)


def _with_names_of(old: Session, new: Session) -> Session:
    """What a newer object leaves unsaid of whose session it is, and where, stays as it was."""
    if _names(new) == _names(old) or all(_names(new)):
        return new
    return replace(
        new,
        reference=new.reference or old.reference,
        token_uid=new.token_uid or old.token_uid,
        evse_uid=new.evse_uid or old.evse_uid,
        connector_id=new.connector_id or old.connector_id,
        location_id=new.location_id or old.location_id,
    )


def _names(session: Session) -> tuple[str | None, ...]:
    return session.reference, session.token_uid, session.evse_uid, session.connector_id, session.location_id


_ORDER = [
    SessionStatus.RESERVATION,
    SessionStatus.PENDING,
    SessionStatus.ACTIVE,
    SessionStatus.COMPLETED,
    SessionStatus.INVALID,
]


def _moves_on(old: SessionStatus, new: SessionStatus) -> bool:
    return _ORDER.index(new) > _ORDER.index(old)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it was, as a record says it: ids as in a list of stations, `evse_id` as on the sticker."""

    location_id: LocationId
    evse_uid: EvseUid | None = None
    connector_id: ConnectorId | None = None
    evse_id: str = ""
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Cdr:
    """A charge detail record: immutable, the only object that bills.

    A credit has negative cost and names its original in `credits_id`.
    """

    partner_id: PartnerId
    party: Party
    id: CdrId
    start: datetime
    end: datetime
    currency: str
    total_cost: Price
    total_energy: Decimal
    last_updated: datetime
    session_id: SessionId | None = None
    token_uid: TokenUid | None = None
    reference: str | None = None
    total_hours: Decimal | None = None
    periods: tuple[ChargingPeriod, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    time_zone: str = "UTC"
    credit: bool = False
    credits_id: CdrId | None = None
    contract_id: str | None = field(default=None, compare=False)
    spot: Spot | None = field(default=None, compare=False)

    def takes_back(self, bill: "Cdr") -> bool:
        """Whether it is a credit for this bill: ids are compared without case."""
        ours = (self.partner_id, self.party) == (bill.partner_id, bill.party)
        return self.credit and self.credits_id is not None and ours and same(self.credits_id, bill.id)
