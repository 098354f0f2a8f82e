"""What a charge costs under an OCPI tariff: the rules of mod_tariffs and of mod_cdrs "step_size", and nothing else.

The session is cut into segments in which nothing changes; in each, per dimension, the first matching element counts.
All sums are exact decimals; the only rounding is that of the total, in `settlement.rounded_total`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)

from bot.domain.money import CurrencyMismatch
from bot.domain.tariffs.account import Account
from bot.domain.tariffs.bill import Bill, Caveat, Reason
from bot.domain.tariffs.restrictions import Moment, Reservation, Restrictions
from bot.domain.tariffs.settlement import exact_total, limit_lines, rounded_total
from bot.domain.tariffs.tariff import Dimension, PriceComponent, Tariff, tariff_in_force
from bot.domain.tariffs.usage import ZERO, ChargingPeriod, Edges, Segment, Stretch, segments, stretches

_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
_ONE = Decimal(1)
_YEAR_OF_NO_DATE = 1970
_EARLIEST = datetime.min.replace(tzinfo=UTC)

Candidates = list[tuple[Restrictions | None, PriceComponent]]


class NoTariff(ValueError):
    """Nothing can be priced without a single tariff."""


def price(
    tariffs: Tariff | Iterable[Tariff],
    periods: Iterable[ChargingPeriod],
    time_zone: tzinfo,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    reservation_expired: bool | None = None,
) -> Bill:
    """Price a session.

    `start` and `end` are the session's; None, or OCPI's "unknown" of 1970, stands for the first period's start and
    for as long as the last period says. A period without tariff_id has no tariff when others name theirs, else the
    one in force at the start. `reservation_expired` None: expired when nothing but a reservation was used.
    Raises NoTariff, CurrencyMismatch when the tariffs used differ in currency, UnusableNumber for absurd amounts.
    """
    known = [tariffs] if isinstance(tariffs, Tariff) else list(tariffs)
    if not known:
        raise NoTariff("a price needs a tariff")
    with localcontext(_EXACT):
        ready = stretches(periods, _stated(end))
        begins = _Begins.of(ready, _stated(start))
        account = Account()
        relevant = list(_relevant(ready, known, begins.session, account))
        if reservation_expired is None:
            reservation_expired = all(stretch.is_reservation for stretch in ready)
        _walk(ready, relevant, begins, time_zone, account, expired=reservation_expired)
        used = list({id(tariff): tariff for tariff in relevant if tariff is not None}.values())
        return _bill(account, used, known[0].currency)


def _stated(when: datetime | None) -> datetime | None:
    return None if when is None or when.year <= _YEAR_OF_NO_DATE else when


@dataclass(frozen=True, slots=True)
class _Begins:
    """When the session (with its reservation) and the charge itself began: durations count from there."""

    session: datetime
    charge: datetime

    @classmethod
    def of(cls, ready: Sequence[Stretch], start: datetime | None) -> "_Begins":
        first = ready[0].begin if ready else start or _EARLIEST
        session = first if start is None else min(first, start.astimezone(UTC))
        if any(stretch.is_reservation for stretch in ready):
            return cls(session, next((stretch.begin for stretch in ready if not stretch.is_reservation), first))
        return cls(session, session)


def _relevant(
    ready: Sequence[Stretch], known: Sequence[Tariff], began: datetime, account: Account
) -> Iterator[Tariff | None]:
    """The tariff of each stretch: the one it names, the one in force when the session began where none is named.

    A lone tariff prices periods that name a stranger, with a caveat; among several a stranger stays unpriced.
    """
    by_id: dict[str, list[Tariff]] = {}
    for tariff in known:
        by_id.setdefault(tariff.id.casefold(), []).append(tariff)
    named = {stretch.tariff_id.casefold() for stretch in ready if stretch.tariff_id}
    lone = len(known) == 1 and not named & by_id.keys()
    for stretch in ready:
        choice = by_id.get((stretch.tariff_id or "").casefold())
        if stretch.tariff_id and not choice:
            account.doubt(Caveat.TARIFF_ASSUMED if lone else Caveat.TARIFF_UNKNOWN, tariff_id=stretch.tariff_id)
        if choice or lone or not named:
            yield _valid(choice or known, began, account)
        else:
            yield None


def _valid(choice: Sequence[Tariff], began: datetime, account: Account) -> Tariff:
    """The tariff in force when the session began, REGULAR first; failing that the newest of all, with a caveat."""
    valid = [tariff for tariff in choice if tariff.in_force(began)]
    if not valid:
        account.doubt(Caveat.TARIFF_NOT_IN_FORCE, tariff_id=choice[0].id)
    newest = max(valid or choice, key=lambda tariff: tariff.start_date_time or _EARLIEST)
    return tariff_in_force(valid, began) or newest


@dataclass(frozen=True, slots=True)
class _Plan:
    """A tariff laid out for look-up: per dimension its components in order, for charging and for reservations."""

    tariff: Tariff
    charging: Mapping[str, Candidates]
    reserving: Mapping[str, Candidates]
    edges: Edges

    @classmethod
    def of(cls, tariff: Tariff, *, expired: bool) -> "_Plan":
        kinds: list[str | None] = [Reservation.RESERVATION]
        if expired:
            kinds.insert(0, Reservation.RESERVATION_EXPIRES)
        limits = (element.restrictions for element in tariff.elements if element.restrictions is not None)
        return cls(tariff, _candidates(tariff, [None]), _candidates(tariff, kinds), Edges.of(limits))


def _candidates(tariff: Tariff, kinds: Iterable[str | None]) -> dict[str, Candidates]:
    found: dict[str, Candidates] = {}
    for kind in kinds:
        for element in tariff.elements:
            if element.reservation == kind:
                for component in element.components:
                    found.setdefault(component.type, []).append((element.restrictions, component))
    return found


def _walk(
    ready: Sequence[Stretch],
    relevant: Sequence[Tariff | None],
    begins: _Begins,
    zone: tzinfo,
    account: Account,
    *,
    expired: bool,
) -> None:
    """Go through the session from its start to its end and note what each component is used for."""
    plans: dict[int, _Plan] = {}
    kwh = ZERO
    for stretch, tariff in zip(ready, relevant, strict=True):
        if stretch.too_long:
            account.doubt(Caveat.PERIOD_TOO_LONG)
        if tariff is not None:
            if id(tariff) not in plans:
                plans[id(tariff)] = _Plan.of(tariff, expired=expired)
                _doubt_unknowns(tariff, account, reserved=any(stretch.reserved for stretch in ready))
            plan = plans[id(tariff)]
            since = begins.session if stretch.is_reservation else begins.charge
            for segment in segments(stretch, plan.edges, zone, kwh, since):
                if not stretch.is_reservation:
                    _charge(plan, segment, account)
                if segment.reserved:
                    _reserve(plan, segment, account)
        kwh += stretch.energy


def _doubt_unknowns(tariff: Tariff, account: Account, *, reserved: bool) -> None:
    for word in tariff.unknowns():
        if reserved or not word.startswith("reservation "):
            account.doubt(Caveat.UNKNOWN_WORD, word=word)


def _charge(plan: _Plan, segment: Segment, account: Account) -> None:
    """FLAT once a session, as soon as one becomes active; everything else by its volume."""
    volumes = (
        (Dimension.FLAT, Reason.START_FEE, ZERO if account.has(Reason.START_FEE) else _ONE),
        (Dimension.ENERGY, Reason.ENERGY, segment.energy),
        (Dimension.TIME, Reason.CHARGING, segment.charging),
        (Dimension.PARKING_TIME, Reason.PARKING, segment.parking),
    )
    for dimension, reason, volume in volumes:
        candidates = plan.charging.get(dimension)
        if candidates and volume:
            found = _first(candidates, segment.moment, account)
            if found is not None:
                account.add(reason, found[1], plan.tariff, volume)


def _reserve(plan: _Plan, segment: Segment, account: Account) -> None:
    """A reservation has FLAT and TIME only; those of an expired one come first where there are such."""
    paid = account.has(Reason.RESERVATION_FEE) or account.has(Reason.EXPIRED_FEE)
    volumes = (
        (Dimension.FLAT, Reason.RESERVATION_FEE, Reason.EXPIRED_FEE, ZERO if paid else _ONE),
        (Dimension.TIME, Reason.RESERVATION, Reason.EXPIRED, segment.reserved),
    )
    for dimension, kept, expired, volume in volumes:
        found = _first(plan.reserving.get(dimension, []), segment.moment, account) if volume else None
        if found is not None:
            restrictions, component = found
            has_expired = restrictions and restrictions.reservation == Reservation.RESERVATION_EXPIRES
            account.add(expired if has_expired else kept, component, plan.tariff, volume)


def _first(
    candidates: Candidates, moment: Moment, account: Account
) -> tuple[Restrictions | None, PriceComponent] | None:
    """The first component whose restrictions all hold; one that cannot be judged is passed over with a caveat."""
    for candidate in candidates:
        restrictions = candidate[0]
        verdict = True if restrictions is None else restrictions.hold(moment)
        if verdict:
            return candidate
        if verdict is None and restrictions is not None:
            for condition in restrictions.unmeasured(moment):
                account.doubt(Caveat.UNMEASURED, condition=condition)
    return None


def _bill(account: Account, used: Sequence[Tariff], currency: str) -> Bill:
    for tariff in used:
        if tariff.currency != used[0].currency:
            raise CurrencyMismatch(used[0].currency, tariff.currency)
    currency = used[0].currency if used else currency
    account.round_up_to_steps()
    lines = account.lines()
    adjustments, unknown = limit_lines(lines, used)
    for limit in unknown:
        account.doubt(Caveat.TAX_UNKNOWN, limit=limit)
    lines += adjustments
    return Bill(currency, tuple(lines), rounded_total(currency, exact_total(lines)), account.caveats())
