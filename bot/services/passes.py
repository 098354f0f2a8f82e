"""Passes: who may charge and on whose contract, and how a pass that came by post becomes a driver's."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.errors import PartnerError, Refused, Why
from bot.domain.identifier import normalised
from bot.domain.ids import DriverId, PartnerId, PassNumber, folded
from bot.domain.pace import Pace
from bot.ports import Clock, CpoGateway, Database, DriverNotifier, Ids, JobKind, UnitOfWork
from bot.services import swiped

MOST_TRIES: Final = 5
TRIES_WITHIN: Final = timedelta(hours=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = 48
"""Tries to tell an operator about a card; it asks us anyway, and lists our tokens."""

_CASES: Final = (
    (PassStatus.RECEIVED, Why.PASS_NOT_ACTIVATED),
    (PassStatus.ORDERED, Why.PASS_ORDERED),
    (PassStatus.BLOCKED, Why.PASS_BLOCKED),
    (PassStatus.EXPIRED, Why.PASS_EXPIRED),
)
"""What keeps a driver without an active pass from charging; what the driver can do most about comes first."""

_NOWHERE: Final = "0" * 64


def usable_pass(uow: UnitOfWork, driver_id: DriverId) -> Pass:
    """The pass this driver charges with now; asked again inside the fence, since a pass can end in between.

    Raises:
        Refused: saying which case it is: BANNED, LEAVING, NO_PASS, or what is wrong with the passes held.

    """
    driver = uow.drivers.get(driver_id)
    if driver is not None and driver.banned:
        raise Refused(Why.BANNED)
    if driver is not None and driver.leaving_at is not None:
        raise Refused(Why.LEAVING)
    held = uow.drivers.passes(driver_id)
    active = [pass_ for pass_ in held if pass_.status is PassStatus.ACTIVE]
    if active:
        default = driver.default_pass if driver else None
        return next((pass_ for pass_ in active if pass_.number == default), active[0])
    found = {pass_.status for pass_ in held}
    raise Refused(next((why for status, why in _CASES if status in found), Why.NO_PASS))


def still_usable(uow: UnitOfWork, driver_id: DriverId, number: PassNumber) -> None:
    """Whether this very pass may be charged with now: another one of the driver's does not stand in for it.

    Raises:
        Refused: as `usable_pass`, or what is wrong with this pass.

    """
    usable_pass(uow, driver_id)
    pass_ = uow.drivers.pass_by_number(number)
    if pass_ is None or pass_.driver_id != driver_id:
        raise Refused(Why.NO_PASS)
    if pass_.status is not PassStatus.ACTIVE:
        raise Refused(dict(_CASES)[pass_.status])


def tell_operators(uow: UnitOfWork, pass_: Pass, now: datetime) -> None:
    """Have every connected operator told whether this card is good; a pass without a card concerns none of them."""
    if pass_.uid:
        for partner in uow.partners.all():
            if partner.connected:
                uow.jobs.put(JobKind.CARD, f"{partner.id} {pass_.number}", now)


@dataclass(frozen=True, slots=True)
class Wallet:
    """A driver's passes, and which one is used for the next charge, if any can be."""

    passes: Sequence[Pass]
    used: PassNumber | None


class Codes:
    """Activation codes: kept only as keyed hashes, so that a copy of the database activates nothing."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: the first makes new hashes, all are recognised."""
        self._keys = [key.encode() for key in keys]

    def hashed(self, number: str, code: str) -> str:
        return self._with(self._keys[0], number, code)

    def fits(self, code_hash: str, number: str, code: str) -> bool:
        """Whether it is the code of this pass, in the same time whether it is or not."""
        return sum(hmac.compare_digest(self._with(key, number, code), code_hash) for key in self._keys) > 0

    @staticmethod
    def _with(key: bytes, number: str, code: str) -> str:
        return hmac.digest(key, f"{normalised(number)}\0{normalised(code)}".encode(), sha256).hex()


class Passes:
    """What drivers do with their passes."""

    def __init__(
        self,
        db: Database,
        gateway: CpoGateway,
        clock: Clock,
        ids: Ids,
        notifier: DriverNotifier,
        pace: Pace,
        codes: Codes,
        *,
        wake_worker: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._ids = ids
        self._notifier = notifier
        self._pace = pace
        self._codes = codes
        self._wake_worker = wake_worker

    async def wallet(self, driver_id: DriverId) -> Wallet:
        def work(uow: UnitOfWork) -> Wallet:
            try:
                used = usable_pass(uow, driver_id).number
            except Refused:
                used = None
            return Wallet(tuple(uow.drivers.passes(driver_id)), used)

        return await self._db.read(work)

    async def link(self, driver_id: DriverId, number: str, code: str) -> Pass:
        """Make the pass with this number the driver's own; one that has arrived becomes active.

        Raises:
            Refused: PASS_UNKNOWN, whatever it is that does not fit; TOO_MANY_TRIES; PASS_BLOCKED or PASS_EXPIRED.

        """
        now = self._clock.now()
        pass_, why = await self._db.write(lambda uow: self._link(uow, driver_id, number, code, now))
        self._moved()
        if pass_ is None:
            raise Refused(why or Why.PASS_UNKNOWN, limit=MOST_TRIES)
        return pass_

    def _link(
        self, uow: UnitOfWork, driver_id: DriverId, number: str, code: str, now: datetime
    ) -> tuple[Pass | None, Why | None]:
        subjects = (f"link by {driver_id}", f"link of {sha256(normalised(number).encode()).hexdigest()}")
        if any(uow.attempts.count(subject, now - TRIES_WITHIN) >= MOST_TRIES for subject in subjects):
            return None, Why.TOO_MANY_TRIES
        held = uow.drivers.pass_as_printed(number)
        fits = self._codes.fits(held.code_hash if held else _NOWHERE, held.number if held else number, code)
        if held is None or not fits or held.driver_id not in {None, driver_id}:
            for subject in subjects:
                uow.attempts.add(subject, now)
            return None, Why.PASS_UNKNOWN
        if held.status in {PassStatus.BLOCKED, PassStatus.EXPIRED}:
            return None, dict(_CASES)[held.status]
        return self._linked(uow, held, driver_id, now), None

    def _linked(self, uow: UnitOfWork, held: Pass, driver_id: DriverId, now: datetime) -> Pass:
        new = replace(held, driver_id=driver_id, linked_at=held.linked_at if held.driver_id else now)
        if held.status is PassStatus.RECEIVED:
            new = replace(new, status=PassStatus.ACTIVE, since=now)
        if new == held:
            return held
        uow.drivers.save_pass(new)
        if new.status is not held.status:
            tell_operators(uow, new, now)
        if new.status is PassStatus.ACTIVE:
            swiped.adopt_strays(uow, new, now, self._ids.secret, self._pace)
        return new

    async def choose(self, driver_id: DriverId, number: PassNumber) -> None:
        """Use this pass first from now on.

        Raises:
            Refused: PASS_UNKNOWN, when it is not this driver's.

        """

        def work(uow: UnitOfWork) -> None:
            pass_, driver = _owned(uow, driver_id, number)
            uow.drivers.save(replace(driver, default_pass=pass_.number))

        await self._db.write(work)

    async def report_lost(self, driver_id: DriverId, number: PassNumber) -> Pass:
        """Block a pass at once and have the operators told; a charge that runs goes on and can be stopped.

        Raises:
            Refused: PASS_UNKNOWN, when it is not this driver's.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Pass:
            pass_, _ = _owned(uow, driver_id, number)
            if pass_.status is PassStatus.BLOCKED:
                return pass_
            lost = replace(pass_, status=PassStatus.BLOCKED, since=now, lost=True)
            uow.drivers.save_pass(lost)
            tell_operators(uow, lost, now)
            return lost

        lost = await self._db.write(work)
        self._moved()
        return lost

    async def tell_operator(self, key: str, attempt: int) -> datetime | None:
        """Tell one operator how it stands with one card; give when to try again."""
        partner, _, number = key.partition(" ")
        partner_id = PartnerId(int(partner))

        def work(uow: UnitOfWork) -> tuple[Pass | None, str]:
            pass_ = uow.drivers.pass_by_number(PassNumber(number))
            driver = uow.drivers.get(pass_.driver_id) if pass_ and pass_.driver_id else None
            return pass_, driver.tongue if driver else "en"

        pass_, language = await self._db.read(work)
        if pass_ is None or not pass_.uid:
            return None
        try:
            await self._gateway.push_card(partner_id, pass_, language)
        except PartnerError:
            if attempt >= GIVE_UP_AFTER:
                return None
            return self._clock.now() + min(timedelta(seconds=2 ** min(attempt, 12)), LONGEST_PAUSE)
        return None

    def _moved(self) -> None:
        self._notifier.wake()
        self._wake_worker()


def _owned(uow: UnitOfWork, driver_id: DriverId, number: PassNumber) -> tuple[Pass, Driver]:
    pass_, driver = uow.drivers.pass_by_number(number), uow.drivers.get(driver_id)
    if pass_ is None or driver is None or pass_.driver_id != driver_id or folded(number) != folded(pass_.number):
        raise Refused(Why.PASS_UNKNOWN)
    return pass_, driver
