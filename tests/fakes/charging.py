"""Charges, sessions, bills and live cards in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.domain.charge import FAILED_TO_START, Charge, Fact, State
from bot.domain.errors import Conflict, Refused, StoreError, Why
from bot.domain.ids import CdrId, ChargeId, DriverId, EvseUid, PartnerId, Party, StationId, folded, same
from bot.domain.session import Cdr, Session, SessionKey
from bot.domain.watch.readings import Reading
from bot.ports import Card
from tests.fakes.tables import Tables, next_number


class FakeCharges:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows: dict[ChargeId, Charge] = tables["charges"]
        self._timelines: dict[ChargeId, tuple[Fact, ...]] = tables["timeline"]
        self._cards: dict[ChargeId, CardRow] = tables["cards"]

    def add(self, charge: Charge) -> None:
        if charge.id in self._rows:
            raise StoreError(f"the charge {charge.id} is there already")
        for other in self._newest_first() if charge.claims else ():
            if other.claims and other.driver_id == charge.driver_id:
                raise Refused(Why.ALREADY_CHARGING)
        for other in self._newest_first() if charge.claims else ():
            if other.claims and _at(other, charge.place.station_id, charge.place.evse_uid):
                raise Refused(Why.CONNECTOR_TAKEN)
        self._store(charge)

    def save(self, charge: Charge) -> None:
        if charge.id in self._rows:
            self._store(charge)
            card = self._cards.get(charge.id)
            if card is not None and card.turn is None and card.card.shown_version < charge.version:
                self._cards[charge.id] = CardRow(card.card, next_number(self._tables, "turn"))

    def _store(self, charge: Charge) -> None:
        self._rows[charge.id] = replace(charge, news=())
        self._timelines[charge.id] = (*self._timelines.get(charge.id, ()), *charge.news)

    def _newest_first(self) -> Sequence[Charge]:
        return sorted(sorted(self._rows.values(), key=lambda c: c.id), key=lambda c: c.made_at, reverse=True)

    def get(self, charge_id: ChargeId) -> Charge | None:
        return self._rows.get(ChargeId(folded(charge_id)))

    def by_reference(self, partner_id: PartnerId, reference: str) -> Charge | None:
        charge = self.get(ChargeId(reference.strip()[:36]))
        return charge if charge and charge.place.partner_id == partner_id else None

    def by_token(self, partner_id: PartnerId, uid: str) -> Charge | None:
        mine = (c for c in self._newest_first() if c.place.partner_id == partner_id)
        return next((c for c in mine if same(c.token_uid, uid)), None)

    def by_session(self, key: SessionKey) -> Charge | None:
        return next((c for c in self._newest_first() if c.session_key and _folded(c.session_key) == _folded(key)), None)

    def of_driver(self, driver_id: DriverId, limit: int) -> Sequence[Charge]:
        return [c for c in self._newest_first() if c.driver_id == driver_id][:limit]

    def claimed_by(self, driver_id: DriverId) -> Charge | None:
        return next((c for c in self._newest_first() if c.driver_id == driver_id and c.claims), None)

    def in_states(self, states: Iterable[State]) -> Sequence[Charge]:
        wanted = set(states)
        return sorted((c for c in self._rows.values() if c.state in wanted), key=lambda c: (c.made_at, c.id))

    def started_since(self, since: datetime, *, driver_id: DriverId) -> int:
        return sum(c.driver_id == driver_id and c.made_at >= since for c in self._rows.values())

    def failed_since(self, since: datetime, station_id: StationId, evse_uid: EvseUid) -> int:
        return sum(
            c.state in FAILED_TO_START
            and c.fenced_at is not None
            and c.made_at >= since
            and _at(c, station_id, evse_uid)
            for c in self._rows.values()
        )

    def timeline(self, charge_id: ChargeId) -> Sequence[Fact]:
        return self._timelines.get(charge_id, ())

    def to_show(self, limit: int) -> Sequence[Charge]:
        waiting = sorted((row.turn, key) for key, row in self._cards.items() if row.turn is not None)
        return [self._rows[key] for _, key in waiting if key in self._rows][:limit]


def _at(charge: Charge, station_id: StationId, evse_uid: EvseUid) -> bool:
    return charge.place.station_id == station_id and same(charge.place.evse_uid, evse_uid)


def _folded(key: SessionKey) -> tuple[PartnerId, Party, str]:
    return key.partner_id, key.party, folded(key.id)


@dataclass(frozen=True)
class CardRow:
    card: Card
    turn: int | None


class FakeCards:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows: dict[ChargeId, CardRow] = tables["cards"]

    def get(self, charge_id: ChargeId) -> Card | None:
        row = self._rows.get(charge_id)
        return row.card if row else None

    def save(self, card: Card) -> None:
        old = self._rows.get(card.charge_id)
        charge = self._tables["charges"].get(card.charge_id)
        if old is not None and old.card.shown_version == card.shown_version:
            turn = old.turn
        elif charge is not None and card.shown_version < charge.version:
            turn = next_number(self._tables, "turn")
        else:
            turn = None
        self._rows[card.charge_id] = CardRow(card, turn)


class FakeSessions:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[object, tuple[Session, ChargeId | None]] = tables["sessions"]

    def get(self, key: SessionKey) -> Session | None:
        row = self._rows.get(_folded(key))
        return row[0] if row else None

    def save(self, session: Session, charge_id: ChargeId | None) -> None:
        _check(session.kwh, 0, 2_000)
        self._rows[_folded(session.key)] = (session, charge_id)

    def strays(self) -> Sequence[Session]:
        strays = (session for session, charge_id in self._rows.values() if charge_id is None)
        return sorted(strays, key=lambda s: (s.key.partner_id, s.key.party, folded(s.key.id)))


class FakeReadings:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[tuple[ChargeId, datetime], Reading] = tables["readings"]

    def add(self, charge_id: ChargeId, reading: Reading) -> None:
        self._rows[charge_id, reading.at] = reading

    def of_charge(self, charge_id: ChargeId) -> Sequence[Reading]:
        found = (reading for (of, _), reading in self._rows.items() if of == charge_id)
        return sorted(found, key=lambda reading: reading.at)


class FakeCdrs:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[object, tuple[Cdr, ChargeId | None]] = tables["cdrs"]

    def add(self, cdr: Cdr, charge_id: ChargeId | None, received_at: datetime) -> bool:
        _check(cdr.total_energy, -2_000, 2_000)
        key = cdr.partner_id, cdr.party, folded(cdr.id)
        if key not in self._rows:
            self._rows[key] = (cdr, charge_id)
            return True
        if replace(self._rows[key][0], id=cdr.id) != cdr:
            raise Conflict(f"the bill {cdr.id} of {cdr.party} came again with other content")
        return False

    def get(self, partner_id: PartnerId, party: Party, cdr_id: CdrId) -> Cdr | None:
        row = self._rows.get((partner_id, party, folded(cdr_id)))
        return row[0] if row else None

    def of_charge(self, charge_id: ChargeId) -> Sequence[Cdr]:
        return [cdr for cdr, of in self._rows.values() if of == charge_id]

    def claim_credits(self, bill: Cdr, charge_id: ChargeId) -> Sequence[Cdr]:
        found = {key: cdr for key, (cdr, of) in self._rows.items() if of is None and cdr.takes_back(bill)}
        self._rows.update((key, (cdr, charge_id)) for key, cdr in found.items())
        return list(found.values())


def _check(number: Decimal, low: int, high: int) -> None:
    if number.is_nan() or not low <= number <= high:
        raise StoreError(f"{number} is out of range")
