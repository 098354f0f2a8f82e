"""Tickets, their topics, and what is on its way."""

from dataclasses import replace

from bot.domain import ticket as tickets
from bot.domain.ids import ChargeId, DriverId
from bot.domain.ticket import Agent, Cause, Kind, Relay, Stage, Ticket, Way
from bot.ports import Database, UnitOfWork
from tests.data.db.samples import NOW, after

ANNA, BOB = DriverId(5_000_000_000), DriverId(2)
GROUP = -1_001_234_567_890
TICKET = Ticket(0, ANNA, Cause.ASKED, NOW, ChargeId("c1"))
COPY = Relay(1, ANNA, Way.TO_AGENTS, Kind.COPY, NOW, chat_id=ANNA, message_id=7)


async def test_a_ticket_gets_a_number_and_is_found_by_its_topic_its_driver_and_its_cause(database: Database):
    first = await database.write(lambda uow: uow.tickets.add(TICKET))
    second = await database.write(lambda uow: uow.tickets.add(replace(TICKET, driver_id=BOB, charge_id=None)))
    assert first.id < second.id
    placed = tickets.in_topic(first, GROUP, 31)
    await database.write(lambda uow: uow.tickets.save(placed))
    await database.write(lambda uow: uow.tickets.save(tickets.closed(second, NOW)))

    def look(uow: UnitOfWork) -> None:
        assert uow.tickets.get(first.id) == uow.tickets.by_topic(GROUP, 31) == placed
        assert uow.tickets.by_topic(GROUP - 1, 31) is uow.tickets.by_topic(GROUP, 32) is uow.tickets.get(99) is None
        assert uow.tickets.open_of(ANNA) == [placed]
        assert uow.tickets.open_of(BOB) == []
        assert uow.tickets.of_cause(ChargeId("c1"), Cause.ASKED) == placed
        assert uow.tickets.of_cause(ChargeId("c1"), Cause.BILL) is None
        assert [one.id for one in uow.tickets.latest(10)] == [second.id, first.id]
        assert [one.id for one in uow.tickets.latest(1)] == [second.id]

    await database.read(look)


async def test_those_that_wait_and_those_whose_topic_is_behind_are_counted(database: Database):
    one, two, three = [await database.write(lambda uow: uow.tickets.add(TICKET)) for _ in range(3)]
    assert await database.read(lambda uow: uow.tickets.before(three.id)) == 2
    taken = tickets.claimed(one, Agent(3, "Maria"))
    assert taken.stage is Stage.CLAIMED
    await database.write(lambda uow: uow.tickets.save(replace(taken, shown=taken.version)))
    assert await database.read(lambda uow: uow.tickets.before(three.id)) == 1
    assert await database.read(lambda uow: uow.tickets.to_show(10)) == [two, three]
    assert await database.read(lambda uow: uow.tickets.to_show(1)) == [two]


async def test_what_is_on_its_way_is_kept_once_in_order_until_it_has_arrived(database: Database):
    later = replace(COPY, message_id=8)

    def both(uow: UnitOfWork) -> list[bool]:
        return [uow.tickets.pass_on(COPY, "u1"), uow.tickets.pass_on(later, "u2"), uow.tickets.pass_on(COPY, "u1")]

    assert await database.write(both) == [True, True, False]
    first, second = await database.read(lambda uow: uow.tickets.on_their_way(NOW, 10))
    assert (replace(first, id=0), replace(second, id=0)) == (COPY, later)
    await database.write(lambda uow: uow.tickets.later(first.id, after(10)))
    assert await database.read(lambda uow: uow.tickets.on_their_way(NOW, 10)) == [second]
    again, _ = await database.read(lambda uow: uow.tickets.on_their_way(after(10), 10))
    assert again == replace(first, attempts=1)
    await database.write(lambda uow: uow.tickets.passed_on(first.id, 55, NOW))
    assert await database.read(lambda uow: uow.tickets.on_their_way(after(10), 10)) == [second]
    found = await database.read(lambda uow: uow.tickets.copy_of(ANNA, 7))
    assert found is not None
    assert (found.id, found.sent_id) == (first.id, 55)
    assert await database.read(lambda uow: uow.tickets.copy_of(BOB, 7)) is None
