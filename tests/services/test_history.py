"""What was charged before: pages, months by the station's clock, sums of one currency, and whose it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.catalogue import OwnFee
from bot.domain.charge import State
from bot.domain.ids import CdrId, ChargeId, SessionId, TokenUid
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.services.history import PAGE, History
from tests.fakes.clock import ManualClock
from tests.fakes.database import FakeDatabase
from tests.samples import ANNA, BOB, a_cdr, a_charge, a_key, a_place, a_session

NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


class Past:
    """A database with charges in it."""

    def __init__(self):
        self.db = FakeDatabase()
        self.history = History(self.db, ManualClock())
        self.number = 0

    async def charge(self, started=NEW_YEAR, *costs, driver=ANNA, kwh="10", zone="UTC", **changes):
        self.number += 1
        name = f"S{self.number}"
        charge = replace(
            a_charge(),
            id=ChargeId(f"00000000-0000-4000-8000-{self.number:012d}"),
            driver_id=driver,
            token_uid=TokenUid(f"T{self.number}"),
            place=a_place(time_zone=zone),
            made_at=started,
            ended_at=started + timedelta(hours=1),
            session_key=a_key(name),
            session_status=SessionStatus.COMPLETED,
            **{"state": State.BILLED if costs else State.ENDED, "started_at": started, **changes},
        )
        session = a_session(
            SessionStatus.COMPLETED, key=a_key(name), start=started, kwh=Decimal(kwh), end=started + timedelta(hours=1)
        )
        cdrs = [
            a_cdr(id=CdrId(f"C{self.number}{at}"), session_id=SessionId(name), total_energy=Decimal(kwh), **cost)
            for at, cost in enumerate(costs)
        ]

        def work(uow):
            uow.charges.add(charge)
            uow.sessions.save(session, charge.id)
            for cdr in cdrs:
                uow.cdrs.add(cdr, charge.id, started)

        await self.db.write(work)
        return charge


def asked(currency, amount):
    return {"currency": currency, "total_cost": Price.of(currency, None, Decimal(amount))}


async def test_months_and_charges_are_told_with_our_fee_and_the_operators_amount_stays(past):
    await past.charge(NEW_YEAR, asked("EUR", "10.00"), fee=OwnFee("EUR", Decimal("0.35"), Decimal("0.01"), Decimal(2)))
    (month,) = await past.history.months(ANNA)
    (entry,) = month.entries
    assert entry.total.incl_vat.amount == Decimal("10.00")
    assert entry.fee.total.incl_vat.amount == Decimal("0.65")
    assert month.sums[0].total.incl_vat.amount == Decimal("10.65")


@pytest.fixture
def past():
    return Past()


async def test_the_newest_charges_come_first_page_by_page(past):
    made = [await past.charge(NEW_YEAR + timedelta(days=day)) for day in range(PAGE + 1)]
    first, last = await past.history.page(ANNA, 0), await past.history.page(ANNA, 99)
    assert [entry.charge.id for entry in (*first.entries, *last.entries)] == [c.id for c in reversed(made)]
    assert (first.pages, first.charges, last.number) == (2, PAGE + 1, 1)
    assert (await past.history.page(BOB, 0)).entries == ()


async def test_what_never_ran_is_no_charge_of_the_past(past):
    await past.charge(state=State.REFUSED, started_at=None)
    assert (await past.history.page(ANNA, 0)).charges == 0


async def test_a_charge_belongs_to_the_month_of_its_stations_clock(past):
    await past.charge(zone="UTC")
    await past.charge(zone="Europe/Amsterdam")
    assert [(m.year, m.month) for m in await past.history.months(ANNA)] == [(2026, 1), (2025, 12)]


async def test_a_months_sums_are_of_one_currency_each_and_of_final_costs_only(past):
    await past.charge(NEW_YEAR, asked("EUR", "5.00"))
    await past.charge(NEW_YEAR, asked("EUR", "3.00"), kwh="6")
    await past.charge(NEW_YEAR, asked("CHF", "4.00"))
    await past.charge(NEW_YEAR, {"total_cost": Price(None)})
    await past.charge(NEW_YEAR)
    [month] = await past.history.months(ANNA)
    assert (month.charges, month.open, month.kwh) == (5, 2, Decimal(46))
    chf, eur = month.sums
    assert (eur.total, eur.kwh, eur.charges) == (Price.of("EUR", None, Decimal("8.00")), Decimal(16), 2)
    assert chf.total == Price.of("CHF", None, Decimal("4.00"))
    assert eur.per_kwh is not None
    assert eur.per_kwh.amount == Decimal("0.5")


async def test_a_doubtful_record_is_in_no_sum(past):
    await past.charge(NEW_YEAR, asked("EUR", "5.00"), asked("EUR", "5.00"))
    await past.charge(NEW_YEAR, asked("EUR", "9.00"), kwh="1500")
    [month] = await past.history.months(ANNA)
    assert month.sums == ()
    assert month.open == 2
    assert all(entry.being_checked and entry.total is None for entry in month.entries)


async def test_a_credit_leaves_what_stands(past):
    await past.charge(
        NEW_YEAR,
        asked("EUR", "5.00"),
        asked("EUR", "-5.00") | {"credit": True, "credits_id": CdrId("C10")},
        asked("EUR", "4.00"),
    )
    [entry] = await past.history.everything(ANNA)
    assert entry.total == Price.of("EUR", None, Decimal("4.00"))
    assert entry.kwh == 10


async def test_what_is_not_billed_yet_has_an_estimate_and_no_total(past):
    await past.charge(NEW_YEAR)
    [entry] = await past.history.everything(ANNA)
    assert entry.total is None
    assert entry.estimate is not None
    assert entry.kwh == 10


async def test_nobody_sees_anothers_charge(past):
    charge = await past.charge(NEW_YEAR, asked("EUR", "5.00"))
    assert await past.history.entry(BOB, charge.id) is None
    assert await past.history.evidence(BOB, charge.id) is None
    found = await past.history.evidence(ANNA, charge.id)
    assert found is not None
    assert found.timeline
