"""What the operator remembers: tokens, commands received, sessions, CDRs. In memory, gone with the process."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from sandbox.cpo import stations
from sandbox.cpo.physics import reading
from sandbox.cpo.pricing import Bill, Volumes, active_components, price
from sandbox.cpo.stations import Connector, Evse, Location, Plug
from sandbox.cpo.tariffs import Money, Tariff

PENDING = "PENDING"
ACTIVE = "ACTIVE"
COMPLETED = "COMPLETED"
INVALID = "INVALID"

_HOURS = Decimal("0.0001")
_HOUR = Decimal(3600)
Doing = Literal["charging", "parking"]


@dataclass(slots=True)
class Command:
    """A command as it came in; `answer` went back at once, `result` to the response_url, with words if it `says`."""

    id: str
    name: str
    at: datetime
    partner_id: str
    body: dict[str, Any]
    correlation_id: str
    answer: str | None = None
    result: str | None = None
    result_at: datetime | None = None
    session_id: str | None = None
    says: bool = False
    cut: bool = False

    @property
    def reference(self) -> str | None:
        return _string(self.body, "authorization_reference")

    @property
    def token_uid(self) -> str | None:
        token = self.body.get("token")
        return _string(token, "uid") if isinstance(token, dict) else None


@dataclass(slots=True)
class Period:
    """A closed charging period; volumes are differences of rounded totals, so that they add up to the session's."""

    start: datetime
    doing: Doing
    kwh: Decimal
    hours: Decimal
    power_kw: Decimal | None = None
    soc: Decimal | None = None

    def volumes(self) -> Volumes:
        charging = self.doing == "charging"
        zero = Decimal(0)
        return Volumes(self.start, self.kwh, self.hours if charging else zero, zero if charging else self.hours)


@dataclass(slots=True)
class Session:
    id: str
    partner_id: str
    location: Location
    evse: Evse
    connector: Connector
    tariff: Tariff
    cdr_token: dict[str, str]
    auth_method: str
    reference: str | None
    started: datetime
    last_updated: datetime
    status: str = PENDING
    ended: datetime | None = None
    ending: str | None = None
    plug: Plug | None = None
    periods: list[Period] = field(default_factory=list)
    oddities: frozenset[str] = frozenset()
    read_at: datetime = stations.EPOCH
    read_simulated: float = 0
    delivered: Decimal = Decimal(0)
    seconds: dict[Doing, Decimal] = field(default_factory=lambda: {"charging": Decimal(0), "parking": Decimal(0)})

    @property
    def kwh(self) -> Decimal:
        return reading(self.delivered)

    def odd(self, fault: str) -> bool:
        return fault in self.oddities or self.evse.faults.has(fault)

    def live(self) -> bool:
        return self.status in (PENDING, ACTIVE)

    def add_period(self, start: datetime, doing: Doing, kwh: Decimal, seconds: Decimal) -> Period:
        """Close a period that lasted `seconds` on the wire's clock."""
        meter, hours = self.kwh, self.hours(doing)
        self.delivered += kwh
        self.seconds[doing] += seconds
        period = Period(start, doing, self.kwh - meter, self.hours(doing) - hours)
        self.periods.append(period)
        return period

    def hours(self, doing: Doing) -> Decimal:
        return (self.seconds[doing] / _HOUR).quantize(_HOURS, ROUND_HALF_UP)

    def bill(self) -> Bill:
        volumes = [period.volumes() for period in self.periods]
        return price(self.tariff, volumes, self.started, self.location.time_zone)

    def merged(self) -> list[Period]:
        """Fewer periods, for the CDR: a new one only where the price may change (mod_cdrs, ChargingPeriod)."""
        result: list[Period] = []
        before: object = None
        for period in self.periods:
            prices = active_components(self.tariff, period.start, self.started, self.location.time_zone)
            if before == (period.doing, prices):
                result[-1].kwh += period.kwh
                result[-1].hours += period.hours
            else:
                result.append(Period(period.start, period.doing, period.kwh, period.hours))
            before = (period.doing, prices)
        return result


@dataclass(slots=True)
class Cdr:
    """Sealed when it is made. `receiver_url` is where the peer says that it keeps its copy.

    `more` is asked for beyond the bill, net and gross; `credits` is the CDR that this one takes back.
    """

    id: str
    session: Session
    periods: list[Period]
    bill: Bill
    created: datetime
    receiver_url: str | None = None
    more: Decimal = Decimal(0)
    credits: "Cdr | None" = None

    def total(self) -> Money:
        """What is asked for; of a credit what is given back, below zero."""
        if self.credits is not None:
            back = self.credits.total()
            return Money(-back.excl_vat, -back.incl_vat)
        billed = self.bill.total()
        return Money(billed.excl_vat + self.more, billed.incl_vat + self.more)


@dataclass(slots=True)
class Records:
    """Tokens are kept by (country_code, party_id, uid, type), folded, because CiStrings ignore case."""

    commands: list[Command] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    cdrs: dict[str, Cdr] = field(default_factory=dict)
    tokens: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    def starts_per_reference(self) -> Counter[str]:
        """How often each authorization_reference was asked to start, whatever was answered."""
        return Counter(
            command.reference for command in self.commands if command.name == "START_SESSION" and command.reference
        )

    def starts_per_token(self) -> Counter[str]:
        return Counter(
            command.token_uid for command in self.commands if command.name == "START_SESSION" and command.token_uid
        )

    def sessions_per_reference(self) -> Counter[str]:
        return Counter(session.reference for session in self.sessions.values() if session.reference)

    def session(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id.casefold())


def _string(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None
