"""Tickets: opened by drivers and by themselves, taken on, answered, escalated and closed; time is virtual."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.charge import Answer, By, State, What
from bot.domain.errors import Refused, Why
from bot.domain.ticket import Agent, Cause, Kind, Stage, Way
from bot.ports import JobKind
from bot.services.support import MOST_A_MINUTE, Said, Support
from tests.samples import ANNA, BOB, a_cdr
from tests.services.house import House, running

MARIA, OMAR = Agent(71, "Maria"), Agent(72, "Omar")
GROUP = -100
MINUTE = 60


@pytest.fixture
def desk(house: House) -> Support:
    return Support(house.db, house.clock, house.pace, house.charging, house.gateway, enabled=True)


@pytest.fixture
async def charge(house: House):
    pressed = await house.press()
    await house.work()
    await house.push(running(pressed))
    house.gateway.list(running(pressed))
    return pressed


async def tickets(house: House):
    return list(await house.db.read(lambda uow: uow.tickets.latest(10)))


async def words(house: House, way: Way) -> list[str]:
    relays = await house.db.read(lambda uow: uow.tickets.on_their_way(house.clock.now(), 100))
    return [relay.text for relay in relays if relay.kind is Kind.WORD and relay.way is way]


async def placed(house: House, ticket, topic=5):
    """Give a ticket its topic."""
    await house.db.write(lambda uow: uow.tickets.save(replace(ticket, chat_id=GROUP, topic_id=topic)))
    return (GROUP, topic)


async def test_asking_twice_goes_on_with_one_ticket_and_the_queue_is_told_truly(house: House, desk: Support):
    first = await desk.begin(ANNA)
    assert (first.ticket.cause, first.before) == (Cause.ASKED, 0)
    assert (await desk.begin(ANNA)).ticket.id == first.ticket.id
    assert (await desk.begin(BOB)).before == 1
    where = await placed(house, first.ticket)
    await desk.claim(first.ticket.id, where, MARIA)
    assert (await desk.begin(BOB)).before == 0


async def test_a_second_agent_sees_who_has_it(house: House, desk: Support):
    ticket = (await desk.begin(ANNA)).ticket
    where = await placed(house, ticket)
    assert (await desk.claim(ticket.id, where, MARIA)).agent == MARIA
    assert (await desk.claim(ticket.id, where, OMAR)).agent == MARIA


async def test_whose_turn_it_is_follows_who_writes(house: House, desk: Support):
    ticket = (await desk.begin(ANNA)).ticket
    _, topic = await placed(house, ticket)
    assert (await desk.answer(topic, MARIA, Said(GROUP, 1, "a"))).stage is Stage.WAITING
    assert await desk.hear(ANNA, Said(ANNA, 2, "b"))
    assert (await tickets(house))[0].stage is Stage.CLAIMED
    assert await desk.answer(99, MARIA, Said(GROUP, 3, "c")) is None


async def test_a_message_handled_twice_is_passed_on_once(house: House, desk: Support):
    await desk.begin(ANNA)
    for _ in range(2):
        assert await desk.hear(ANNA, Said(ANNA, 2, "u2"))
    relays = await house.db.read(lambda uow: uow.tickets.on_their_way(house.clock.now(), 100))
    assert [relay.message_id for relay in relays if relay.kind is Kind.COPY] == [2]


async def test_a_flood_is_refused_and_nothing_of_who_is_not_in_a_talk_is_passed_on(house: House, desk: Support):
    assert not await desk.hear(BOB, Said(BOB, 1, "x"))
    await desk.begin(ANNA)
    for number in range(MOST_A_MINUTE):
        await desk.hear(ANNA, Said(ANNA, number, f"u{number}"))
    with pytest.raises(Refused) as refused:
        await desk.hear(ANNA, Said(ANNA, 99, "u99"))
    assert refused.value.why is Why.TOO_MANY_REQUESTS
    await desk.end(ANNA)
    assert not await desk.hear(ANNA, Said(ANNA, 100, "u100"))


async def test_an_agent_stops_and_unlocks_and_it_is_in_the_timeline_by_first_name(house: House, desk: Support, charge):
    ticket = (await desk.begin(ANNA)).ticket
    where = await placed(house, ticket)
    await desk.stop(ticket.id, where, MARIA)
    await house.work()
    assert (await house.charge(charge)).state is State.STOPPING
    await desk.unlock(ticket.id, where, OMAR)
    facts = await house.db.read(lambda uow: uow.charges.timeline(charge.id))
    assert [(fact.by, fact.detail) for fact in facts if fact.what is What.AGENT_ACTED] == [
        (By.AGENT, "Maria: stop"),
        (By.AGENT, "Omar: unlock"),
    ]
    assert {"stop", "unlock"} <= set(await words(house, Way.TO_DRIVER))


async def test_nothing_is_done_from_another_topic_or_another_group(house: House, desk: Support, charge):
    ticket = (await desk.begin(ANNA)).ticket
    group, topic = await placed(house, ticket)
    for where in ((group, topic + 1), (group - 1, topic), (0, 0)):
        for deed in (desk.claim, desk.escalate, desk.close, desk.reopen, desk.stop, desk.unlock, desk.refresh):
            with pytest.raises(Refused):
                await deed(ticket.id, where, MARIA)
    assert (await tickets(house))[0].stage is Stage.OPEN
    assert (await house.charge(charge)).stop_wanted_at is None


async def test_who_waits_is_told_at_two_minutes_and_a_running_charge_escalates_at_ten(
    house: House, desk: Support, charge
):
    ticket = (await desk.begin(ANNA)).ticket
    due = await house.next_due(JobKind.TICKET)
    assert due == house.clock.now() + house.pace.unanswered(0)
    again = await desk.remind(ticket.id, 0)
    assert again == ticket.opened_at + house.pace.unanswered(1)
    assert await words(house, Way.TO_DRIVER) == ["slow"]
    assert (await tickets(house))[0].stage is Stage.OPEN
    assert await desk.remind(ticket.id, 1) is None
    assert (await tickets(house))[0].stage is Stage.ESCALATED
    assert {"unanswered", "unanswered_long"} <= set(await words(house, Way.TO_AGENTS))


async def test_a_stop_that_does_not_take_opens_one_ticket_by_itself(house: House, charge):
    house.gateway.usual_stop = Answer(Why.REJECTED)
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(15 * MINUTE)
    assert [(one.cause, one.driver_id, one.charge_id) for one in await tickets(house)] == [
        (Cause.STUCK_STOP, ANNA, charge.id)
    ]


async def test_a_start_that_nobody_confirms_opens_one_ticket_and_an_open_one_gets_a_line(house: House, desk: Support):
    pressed = await house.press()
    mine = (await desk.begin(ANNA, pressed.id)).ticket
    await house.let_pass(15 * MINUTE)
    assert (await house.charge(pressed)).state is State.UNCONFIRMED
    assert [one.id for one in await tickets(house)] == [mine.id]
    assert "cause_unconfirmed" in await words(house, Way.TO_AGENTS)


async def test_bills_that_people_must_look_at_open_one_ticket(house: House, charge):
    await house.receipts.receive(a_cdr(reference=charge.id))
    assert await tickets(house) == []
    for name in ("C2", "C3"):
        await house.receipts.receive(a_cdr(reference=charge.id, id=name))
    assert [one.cause for one in await tickets(house)] == [Cause.BILL]


async def test_a_closed_ticket_takes_nothing_more_until_it_is_open_again(house: House, desk: Support):
    ticket = (await desk.begin(ANNA)).ticket
    where = await placed(house, ticket)
    assert not (await desk.close(ticket.id, where, MARIA)).open
    assert not await desk.hear(ANNA, Said(ANNA, 1, "x"))
    answered = await desk.answer(where[1], MARIA, Said(GROUP, 2, "y"))
    assert answered is not None
    assert not answered.open
    assert (await desk.reopen(ticket.id, where, OMAR)).agent == OMAR


async def test_what_opened_long_before_there_was_a_group_is_listed_and_gets_no_topic(house: House, desk: Support):
    desk.enabled = False
    old = (await desk.begin(ANNA)).ticket
    assert await desk.remind(old.id, 0) is None
    assert await words(house, Way.TO_AGENTS) == ["came"]
    house.clock.move(timedelta(days=2))
    new = (await desk.begin(BOB)).ticket
    await desk.leave_old()
    assert [one.id for one in await house.db.read(lambda uow: uow.tickets.to_show(10))] == [new.id]
    assert [one.id for one in await tickets(house)] == [new.id, old.id]
