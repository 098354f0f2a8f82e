"""A charge in a storm: drivers, clock, operator and death as rules, and what must be so always and in the end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.domain.charge import FAILED_TO_START, OVER, RUNNING, Answer, Charge, State, What
from bot.domain.errors import PartnerError, Refused, StoreBusy, Why
from bot.domain.ids import ChargeId
from bot.domain.session import SessionKey, SessionStatus
from bot.domain.tariffs.tariff import Element, PriceComponent
from bot.domain.watch import limits
from bot.domain.watch.care import Limit, LimitKind
from bot.ports import Card, JobKind, Notice, UnitOfWork
from bot.services.charging import Command
from bot.services.hearing import charge_of
from tests.fakes.database import FakeDatabase
from tests.samples import ANNA, BOB, EVSE, NEIGHBOUR, TARIFF, seconds
from tests.services.house import Crash, House
from tests.services.operator import Mood, Naming, Operator

T = TypeVar("T")
POINTS = [
    "charge_committed",
    "start_claimed",
    "start_fenced",
    "start_sent",
    "start_recorded",
    "stop_committed",
    "stop_before",
    "stop_sent",
    "stop_recorded",
]
RANK = dict(zip(State, (0, 1, 3, 4, 5, 6, 2, 2), strict=True))
NEEDED = {
    State.NEW: JobKind.START,
    State.FENCED: JobKind.RESOLVE,
    State.CHARGING: JobKind.WATCH,
    State.STOPPING: JobKind.WATCH,
    State.ENDED: JobKind.BILL,
}
ONCE = {"started", "started_late", "unconfirmed", "second_session", "stays_on", "unplug", "receipt"}
picks = st.integers(0, 7)


class ChargeMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.patch = pytest.MonkeyPatch()
        self.house: House = self.do(self.build())
        self.house.live_under(self.patch)
        self.operator = Operator(self.house, self.house.gateway)
        self.seen: dict[ChargeId, State] = {}
        self.ended: set[SessionKey] = set()

    async def build(self) -> House:
        return await self.costly(House()).furnish()

    def costly(self, house: House) -> House:
        """Staying costs money here, so that the cable is guarded, too."""
        house.tariff = replace(TARIFF, elements=(*TARIFF.elements, Element((PriceComponent("TIME", Decimal(1)),))))
        return house

    def do(self, work: Awaitable[T]) -> Any:
        """Run something to its end, which a crash, a refusal or a busy database may be."""

        async def to_the_end() -> T | None:
            with suppress(Crash, Refused, StoreBusy):
                return await work
            return None

        return self.loop.run_until_complete(to_the_end())

    def read(self, work: Any) -> Any:
        return self.loop.run_until_complete(self.house.db.read(work))

    def all_charges(self) -> list[Charge]:
        return self.read(lambda uow: uow.charges.in_states(State))

    def picked(self, many: Any, pick: int) -> Any:
        chosen = list(many)
        return chosen[pick % len(chosen)]

    # ── drivers ──────────────────────────────────────────────────────────────────────────────────────────────────

    @initialize(
        skew=st.sampled_from([-540, 0, 540]), asked=st.booleans(), began=st.sampled_from(["", "PENDING", "ACTIVE"])
    )
    def a_charge_is_under_way(self, skew, asked, began) -> None:
        self.operator.skew = seconds(skew)
        self.do(self.house.press())
        if asked or began:
            self.do(self.house.work())
        if began:
            self.operator.begin(self.operator.reached[0], SessionStatus(began), Naming.BOTH, elsewhere=False)

    @rule(driver=st.sampled_from([ANNA, BOB]), evse=st.sampled_from([EVSE, NEIGHBOUR]), taps=st.integers(1, 3))
    def press(self, driver, evse, taps) -> None:
        async def presses() -> None:
            await asyncio.gather(*(self.house.press(driver, evse) for _ in range(taps)), return_exceptions=True)
            await self.house.work()

        self.do(presses())

    @precondition(lambda self: self.seen)
    @rule(pick=picks)
    def stop(self, pick) -> None:
        charge = self.picked(self.all_charges(), pick)
        self.do(self.house.charging.stop(charge.driver_id, charge.id))

    @precondition(lambda self: self.seen)
    @rule(pick=picks, kwh=st.integers(1, 3), stop=st.booleans(), minutes=st.booleans())
    def limit(self, pick, kwh, stop, minutes) -> None:
        charge = self.picked(self.all_charges(), pick)
        wanted = Limit(LimitKind.TIME if minutes else LimitKind.ENERGY, Decimal(kwh), stop)
        self.do(self.house.charging.limit(charge.driver_id, charge.id, wanted))

    @precondition(lambda self: self.seen)
    @rule(pick=picks, word=st.sampled_from(["says_charging", "says_stopped", "unplugged"]))
    def say(self, pick, word) -> None:
        charge = self.picked(self.all_charges(), pick)
        self.do(getattr(self.house.charging, word)(charge.driver_id, charge.id))

    @rule()
    def show_cards(self) -> None:
        def show(uow: UnitOfWork) -> None:
            for charge in uow.charges.to_show(3):
                uow.cards.save(Card(charge.id, charge.driver_id, 7, charge.version))

        self.do(self.house.db.write(show))

    # ── time, and death ──────────────────────────────────────────────────────────────────────────────────────────

    @rule()
    def work(self) -> None:
        self.do(self.house.work())

    @rule(by=st.sampled_from([1, 5, 16, 61, 130, 700, 7200]))
    def time_passes(self, by) -> None:
        self.do(self.house.let_pass(by))

    @rule(point=st.sampled_from(POINTS), then=st.sampled_from(["work", "press", "stop", "time_passes"]))
    def die_at_a_point(self, point, then) -> None:
        self.house.crash_at(point)
        self.die_while(then)

    @rule(steps=st.integers(1, 25), then=st.sampled_from(["work", "press", "stop", "push", "time_passes"]))
    def die_anywhere(self, steps, then) -> None:
        self.house.fuse.left = steps
        self.die_while(then)

    def die_while(self, then: str) -> None:
        match then:
            case "press":
                self.do(self.house.press())
            case "stop" if self.seen:
                self.stop(0)
            case "push" if self.operator.said:
                self.do(self.house.push(self.operator.said[-1]))
            case "time_passes":
                self.do(self.house.let_pass(61))
        self.do(self.house.work())
        self.do(self.house.restart())

    @rule(pause=st.sampled_from([0.5, 2, 300]))
    def a_pause_between_fence_and_send(self, pause) -> None:
        self.house.at_point("start_fenced", lambda: self.house.clock.move(pause))
        self.do(self.house.work())
        self.house.fuse.actions.clear()

    @rule(point=st.sampled_from(POINTS))
    def a_busy_database(self, point) -> None:
        if isinstance(self.house.db, FakeDatabase):
            self.house.at_point(point, lambda: setattr(self.house.db, "trouble", StoreBusy("locked")))
            self.do(self.house.work())
            self.house.fuse.actions.clear()
            self.house.db.trouble = None

    @rule()
    def another_process_works_too(self) -> None:
        twin = House(twin=self.house)
        twin.gateway = self.house.gateway
        twin._build()

        async def both() -> None:
            await asyncio.gather(twin.work(), self.house.work())
            await twin.nursery.close()

        self.do(both())

    # ── the operator ─────────────────────────────────────────────────────────────────────────────────────────────

    @rule(start=st.sampled_from(Mood), stop=st.sampled_from(Mood), obeys=st.booleans(), away=st.integers(0, 3))
    def the_operator_is(self, start, stop, obeys, away) -> None:
        self.operator.start_mood, self.operator.stop_mood, self.operator.obeys = start, stop, obeys
        self.house.gateway.pulling.extend([PartnerError("down")] * away)

    @precondition(lambda self: self.operator.reached)
    @rule(
        pick=picks,
        status=st.sampled_from([SessionStatus.PENDING, SessionStatus.ACTIVE]),
        naming=st.sampled_from(Naming),
        elsewhere=st.booleans(),
        push=st.booleans(),
    )
    def a_session_begins(self, pick, status, naming, elsewhere, push) -> None:
        if len(self.operator.truth) < 6:
            self.operator.begin(self.picked(self.operator.reached, pick), status, naming, elsewhere=elsewhere)
            if push:
                self.do(self.house.push(self.operator.said[-1]))

    @precondition(lambda self: self.operator.truth)
    @rule(pick=picks, choice=picks, push=st.booleans())
    def a_session_moves(self, pick, choice, push) -> None:
        self.operator.move(self.picked(self.operator.truth, pick), choice)
        if push:
            self.do(self.house.push(self.operator.said[-1]))

    @precondition(lambda self: self.operator.said)
    @rule(picks=st.lists(picks, min_size=1, max_size=4))
    def anything_it_ever_said_is_pushed_again(self, picks) -> None:
        for pick in picks:
            self.do(self.house.push(self.picked(self.operator.said, pick)))

    @precondition(lambda self: self.operator.reached)
    @rule(
        pick=picks,
        command=st.sampled_from(Command),
        why=st.sampled_from([None, Why.FAILED, Why.TIMEOUT, Why.EVSE_OCCUPIED, Why.REJECTED]),
    )
    def a_result_comes(self, pick, command, why) -> None:
        self.do(self.house.result(self.picked(self.operator.reached, pick), Answer(why), command))

    @precondition(lambda self: len(self.operator.truth) > 1)
    @rule(pick=picks)
    def a_session_is_forgotten(self, pick) -> None:
        self.operator.forget(self.picked(self.operator.truth, pick))

    @precondition(lambda self: self.operator.truth)
    @rule(pick=picks, push=st.booleans())
    def a_bill_comes(self, pick, push) -> None:
        key = self.picked(self.operator.truth, pick)
        # A bill of a session nobody heard of is taken for the one we know: with two of them that is a guess.
        heard = len(self.operator.truth) == 1 or self.read(lambda uow: uow.sessions.get(key)) is not None
        if heard and self.operator.truth[key].status is SessionStatus.COMPLETED:
            cdr = self.operator.bill(key)
            if push:
                self.do(self.house.receipts.receive(cdr))
            elif cdr not in self.house.gateway.bills:
                self.house.gateway.bills.append(cdr)

    # ── what must be so, always ──────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def no_start_is_sent_twice(self) -> None:
        twice = {charge: sent for charge, sent in self.house.gateway.starts.items() if sent > 1}
        assert not twice, f"sent twice: {twice}"

    @invariant()
    def every_charge_moves_on_and_none_is_parked(self) -> None:
        charges = self.all_charges()
        for charge in charges:
            assert RANK[charge.state] >= RANK[self.seen.get(charge.id, State.NEW)], charge
            self.seen[charge.id] = charge.state
            self.job_is_there(NEEDED.get(charge.state), charge)
            if charge.stop_due and charge.session_key is not None:
                self.job_is_there(JobKind.STOP, charge)
        for claim in (lambda c: c.driver_id, lambda c: c.place.evse_uid):
            claims = Counter(claim(charge) for charge in charges if charge.claims)
            assert all(count == 1 for count in claims.values()), claims

    def job_is_there(self, kind: JobKind | None, charge: Charge) -> None:
        if kind is None:
            return
        if isinstance(self.house.db, FakeDatabase):
            assert (kind, charge.id) in self.house.db._tables["jobs"], (kind, charge)
        else:
            assert self.read(lambda uow: uow.jobs.next_due([kind])) is not None, (kind, charge)

    @invariant()
    def a_session_that_ended_stays_ended(self) -> None:
        for key in self.operator.truth:
            session = self.read(lambda uow, key=key: uow.sessions.get(key))
            if session is not None and session.status.final:
                self.ended.add(key)
            assert key not in self.ended or session.status.final, session

    @invariant()
    def every_driver_is_told_and_of_nothing_twice(self) -> None:
        charges = self.all_charges()
        notices: list[Notice] = self.read(lambda uow: uow.notices.due(self.house.clock.now(), 10_000))
        told = Counter((notice.charge_id, notice.kind) for notice in notices)
        assert all(count == 1 for (_, kind), count in told.items() if kind in ONCE), told
        waiting = {charge.id for charge in self.read(lambda uow: uow.charges.to_show(10_000))}
        for charge in charges:
            facts = self.read(lambda uow, charge=charge: [fact.what for fact in uow.charges.timeline(charge.id)])
            card = self.read(lambda uow, charge=charge: uow.cards.get(charge.id))
            assert card is None or card.shown_version == charge.version or charge.id in waiting, charge
            assert told[charge.id, "limit"] == facts.count(What.LIMIT_REACHED)
            assert told[charge.id, "unplug_again"] == facts.count(What.UNPLUG_REMINDED) <= 6
            assert told[charge.id, "unconfirmed"] == facts.count(What.UNCONFIRMED)
            assert told[charge.id, "receipt"] == (charge.state is State.BILLED)
            assert told[charge.id, "unplug"] == charge.unplug_told
            ran = What.SESSION_ACTIVE in facts or charge.session_status is SessionStatus.COMPLETED
            assert charge.unplug_told or charge.state not in OVER or not ran, charge

    @invariant()
    def a_limit_that_stops_is_never_lost(self) -> None:
        for charge in self.all_charges():
            if charge.state not in RUNNING or charge.session_key is None:
                continue
            session = self.read(lambda uow, charge=charge: uow.sessions.get(charge.session_key))
            for limit in charge.care.limits:
                passed = limit.kind is LimitKind.ENERGY and session.kwh >= limit.amount
                assert limit.reached_at is not None or not passed, (limit, session)
                assert charge.stop_wanted_at is not None or not (limit.stop and limit.reached_at), charge
            if limits.next_by_clock(charge) is not None:
                self.job_is_there(JobKind.GUARD, charge)

    # ── what must be so in the end ───────────────────────────────────────────────────────────────────────────────

    def teardown(self) -> None:
        try:
            if not self.house.fuse.burnt:
                self.when_all_has_calmed_down()
        finally:
            self.loop.run_until_complete(self.house.nursery.close())
            self.close()
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self.patch.undo()

    def close(self) -> None:
        """Let go of what `build` opened."""

    def when_all_has_calmed_down(self) -> None:
        self.operator.come_to_rest()
        self.do(self.house.restart())
        self.push_what_nobody_asks_for_any_more()
        for charge in self.all_charges():
            if charge.session_key is not None and charge.session_key not in self.operator.truth:
                self.do(self.house.charging.stop(charge.driver_id, charge.id))
        self.do(self.house.let_pass(timedelta(minutes=30)))
        charges = self.all_charges()
        for session in self.operator.truth.values():
            own = [c for c in charges if c.session_key and c.session_key.names(session.key)]
            if session.status is SessionStatus.ACTIVE:
                assert [c.state for c in own if c.state in RUNNING | {State.BILLED}], (session, charges)
        left = [c for c in charges if c.stop_due and c.session_key is not None]
        assert not left, left
        self.operator.end_all()
        self.push_what_nobody_asks_for_any_more()
        self.do(self.house.let_pass(timedelta(minutes=10)))
        self.house.gateway.bills = [self.operator.bill(key) for key, s in self.operator.truth.items() if s.status.ran]
        self.do(self.house.let_pass(timedelta(days=40)))
        self.no_start_is_sent_twice()
        self.every_driver_is_told_and_of_nothing_twice()
        for charge in self.all_charges():
            assert charge.state not in {State.NEW, State.FENCED} | RUNNING, charge
            if charge.session_key in self.operator.truth and charge.session_status is SessionStatus.COMPLETED:
                assert charge.state is State.BILLED, charge

    def push_what_nobody_asks_for_any_more(self) -> None:
        """Of a start refused plainly, or a day ago, or over, nothing is read back: what comes still has to be pushed."""
        now = self.house.clock.now()
        for session in self.operator.truth.values():
            charge = self.read(lambda uow, session=session: charge_of(uow, session))
            unwatched = charge.state in FAILED_TO_START and now >= charge.watch_end(self.house.pace)
            if charge.state in OVER or unwatched:
                self.do(self.house.push(session))
