"""Bills and credits in any order, twice, or with another content: the ledger keeps each as it first came.

A model in a few lines stands beside the service: what was accepted, in order. Amounts are whole euros.
"""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.charge import State
from bot.domain.errors import Conflict
from bot.domain.ids import CdrId
from bot.domain.ledger import Ledger
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from tests.samples import CITY, a_cdr, at
from tests.services.house import House, running

names = st.sampled_from(["C1", "C2", "C3"])
amounts = st.integers(1, 3)


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.accepted = {}  # id -> record, in the order they came
        self.charge = None

    def teardown(self) -> None:
        self.loop.close()

    def do(self, work):
        return self.loop.run_until_complete(work)

    @initialize()
    def a_charge_has_ended(self) -> None:
        async def build():
            house = await House().furnish()
            charge = await house.press()
            await house.work()
            await house.push(running(charge), running(charge, SessionStatus.COMPLETED, end=at(60), last_updated=at(60)))
            return house, charge

        self.house, self.charge = self.do(build())

    def receive(self, record) -> None:
        known = self.accepted.get(record.id)
        if known is not None and known != record:
            with pytest.raises(Conflict):
                self.do(self.house.receipts.receive(record))
            return
        assert self.do(self.house.receipts.receive(record)) is (known is None)
        self.accepted.setdefault(record.id, record)

    @rule(name=names, euros=amounts)
    def bill(self, name, euros) -> None:
        cost = Price.of("EUR", Decimal(euros), Decimal(euros))
        self.receive(a_cdr(id=CdrId(name), reference=self.charge.id, total_cost=cost))

    @rule(of=names, number=st.integers(1, 2), euros=amounts, nameless=st.booleans())
    def credit(self, of, number, euros, nameless) -> None:
        """One without any name of the charge can only be placed by the bill that it takes back."""
        cost = Price.of("EUR", Decimal(-euros), Decimal(-euros))
        named = (
            {} if not (nameless and of in self.accepted) else {"reference": None, "session_id": None, "token_uid": None}
        )
        facts = {"reference": self.charge.id, "total_cost": cost, "credit": True, "credits_id": CdrId(of)} | named
        key = f"{of}-K{number}"
        if key in self.accepted:
            facts |= {name: getattr(self.accepted[key], name) for name in ("reference", "session_id", "token_uid")}
        self.receive(a_cdr(id=CdrId(key), **facts))

    def read(self, work):
        return self.do(self.house.db.read(work))

    def records(self):
        return list(self.read(lambda uow: uow.cdrs.of_charge(self.charge.id)))

    @invariant()
    def every_record_is_kept_as_it_first_came(self) -> None:
        if self.charge is not None:
            assert self.records() == list(self.accepted.values())

    @invariant()
    def the_balance_is_the_sum_of_bills_and_of_credits_whose_bill_is_here(self) -> None:
        if self.charge is None:
            return
        expected = sum(
            record.total_cost.excl_vat.amount
            for record in self.accepted.values()
            if not record.credit or record.credits_id in self.accepted
        )
        balance = Ledger.of(self.records()).balance
        assert (balance["EUR"].excl_vat.amount if balance else 0) == expected

    @invariant()
    def a_bill_closes_the_charge_and_a_credit_alone_does_not(self) -> None:
        if self.charge is not None:
            billed = self.do(self.house.charge(self.charge)).state is State.BILLED
            assert billed == any(not record.credit for record in self.accepted.values())

    @invariant()
    def the_bill_that_stands_is_told_once_and_none_while_it_is_held(self) -> None:
        if self.charge is None:
            return
        notices = self.read(lambda uow: uow.notices.due(self.house.clock.now(), 1000))
        told = [notice.facts["cdr"] for notice in notices if notice.kind.startswith("receipt")]
        ledger = Ledger.of(self.records())
        assert len(told) == len(set(told))
        assert not {held.id for held in ledger.held} & set(told)
        assert {first.id for first in ledger.standing[:1]} <= set(told)

    @invariant()
    def a_second_bill_that_stands_is_written_down_for_people(self) -> None:
        if self.charge is None:
            return
        objections = self.read(lambda uow: uow.objections.of_partner(CITY, 1000))
        objected = {o.object_id for o in objections if "second bill" in o.reason}
        assert {held.id for held in Ledger.of(self.records()).held} <= objected


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=14, deadline=None)
