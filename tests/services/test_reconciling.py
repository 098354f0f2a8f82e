"""What a push may have missed is read back: after a start of ours, after an outage of theirs, and once in a while."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.charge import State
from bot.domain.errors import PartnerError
from bot.domain.ids import PartnerId
from bot.domain.network import Endpoint, PartnerState
from bot.domain.session import SessionStatus
from bot.ports import Job, JobKind
from bot.services.partners import Partners
from bot.services.reconciling import AFTER_FAILURE, AT_FIRST, EVERY, JITTER, SINCE_BEFORE, SPREAD, Reconciling
from tests.samples import CITY, a_cdr, a_partner, at
from tests.services.house import House, running

SESSIONS = Endpoint("sessions", "SENDER", "https://city.example/sessions")
CDRS = Endpoint("cdrs", "SENDER", "https://city.example/cdrs")


class Setting:
    def __init__(self, house: House) -> None:
        self.house = house
        self.reconciling = Reconciling(
            house.db, house.gateway, house.clock, house.charging, house.receipts, chance=lambda: 0.5
        )

    async def run(self, partner_id: PartnerId = CITY):
        return await self.reconciling.run(Job(JobKind.RECONCILE, str(partner_id), self.house.clock.now()))

    async def partner(self):
        return await self.house.db.read(lambda uow: uow.partners.get(CITY))

    async def change(self, **changes) -> None:
        await self.house.db.write(lambda uow: uow.partners.save(replace(uow.partners.get(CITY), **changes)))


@pytest.fixture
async def setting(house: House) -> Setting:
    setting = Setting(house)
    await setting.change(endpoints=(SESSIONS, CDRS))
    return setting


async def test_a_session_and_a_bill_that_were_pushed_to_nobody_are_found(setting, house: House):
    charge = await house.press()
    await house.work()
    house.gateway.list(running(charge, SessionStatus.COMPLETED, end=at(60), last_updated=at(60)))
    house.gateway.bills.append(a_cdr(reference=charge.id))
    await setting.run()
    assert (await house.charge(charge)).state is State.BILLED
    assert await house.told() == ["unplug", "receipt"]


async def test_it_is_read_from_a_little_before_the_last_good_reading(setting, house: House):
    now = house.clock.now()
    await setting.run()
    assert house.gateway.pulls[-1] == (now, CITY, now - AT_FIRST - SINCE_BEFORE)
    house.clock.move(EVERY)
    await setting.run()
    assert house.gateway.pulls[-1] == (now + EVERY, CITY, now - SINCE_BEFORE)


async def test_it_is_read_again_every_hour_or_so(setting, house: House):
    assert await setting.run() == house.clock.now() + EVERY + JITTER / 2


async def test_a_failure_moves_nothing_on_and_is_tried_again_soon(setting, house: House):
    house.gateway.pulling.append(PartnerError("503"))
    assert await setting.run() == house.clock.now() + AFTER_FAILURE * 1.5
    assert (await setting.partner()).last_reconciled_at is None
    assert house.gateway.bill_pulls == [house.clock.now()]


async def test_what_a_partner_does_not_offer_is_not_asked_for(setting, house: House):
    await setting.change(endpoints=(CDRS,))
    assert await setting.run() == house.clock.now() + EVERY + JITTER / 2
    assert house.gateway.pulls == []
    assert len(house.gateway.bill_pulls) == 1


async def test_a_partner_that_is_gone_is_not_asked(setting):
    assert await setting.run(PartnerId(99)) is None
    await setting.change(state=PartnerState.PENDING)
    assert await setting.run() is None


async def test_after_a_start_every_connected_partner_is_read_soon(setting, house: House):
    pending = replace(a_partner(), state=PartnerState.PENDING)
    other = await house.db.write(lambda uow: uow.partners.add(pending))
    await setting.reconciling.plan_all()

    def claimed(uow):
        return uow.jobs.claim(house.clock.now() + SPREAD, [JobKind.RECONCILE], "me", timedelta(seconds=30), 100)

    keys = {job.key for job in await house.db.write(claimed)}
    assert str(CITY) in keys
    assert str(other.id) not in keys


async def test_after_an_outage_of_theirs_it_is_read_at_once(setting, house: House):
    partners = Partners(house.db, house.clock, ["a secret"])
    await partners.pulled(CITY, house.clock.now())
    assert await house.db.read(lambda uow: uow.jobs.next_due([JobKind.RECONCILE])) is None
    await partners.failed(CITY)
    await partners.pulled(CITY, house.clock.now())
    assert await house.db.read(lambda uow: uow.jobs.next_due([JobKind.RECONCILE])) == house.clock.now()
