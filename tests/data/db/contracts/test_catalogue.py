"""Descriptions of networks, their pictures, what drivers say, and what a switched-off network does to its stations."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from bot.domain.catalogue import (
    DriverAnswer,
    Network,
    Opening,
    OwnFee,
    Profile,
    Question,
    StartOrder,
    SupportHours,
)
from bot.domain.driver import Filters
from bot.domain.ids import DriverId, Party
from bot.ports import Database
from tests.data.db.samples import DAM, NOW, PARTY, evse, station

ANNA, BOB = DriverId(1), DriverId(2)
OTHER = Party.of("DE", "ABC")


def a_network(**changes: object) -> Network:
    plain = Network(
        PARTY,
        "City Power",
        date(2026, 3, 1),
        countries=("NL", "BE"),
        start_order=StartOrder.PLUG_FIRST,
        hotline="+31 20 555 0100",
        support_hours=SupportHours(week=(Opening(0, time(8), time(20)),), zone="Europe/Amsterdam"),
        fee_text=(("en", "Nothing."), ("nl", "Niets.")),
        fee=OwnFee("EUR", per_start=Decimal("0.35"), vat=Decimal(21)),
        profile=Profile("0421-1", r"\d{4}-\d", (("", "On the plate."),), has_picture=True),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


async def save(database: Database, network: Network) -> None:
    await database.write(lambda uow: uow.networks.save(network))


async def found(database: Database, *, startable: bool) -> int:
    return len(await database.read(lambda uow: uow.stations.near(DAM, limit=9, filters=Filters(startable=startable))))


async def test_a_description_comes_back_whole_and_a_new_one_takes_its_place(database: Database):
    assert await database.read(lambda uow: uow.networks.get(PARTY)) is None
    await save(database, a_network())
    await save(database, Network(OTHER, "Other", date(2026, 1, 1)))
    assert await database.read(lambda uow: uow.networks.get(PARTY)) == a_network()
    await save(database, a_network(name="Town Power"))
    names = [network.name for network in await database.read(lambda uow: uow.networks.all())]
    assert names == ["Other", "Town Power"]


async def test_a_picture_is_kept_replaced_and_taken_away(database: Database):
    await save(database, a_network())
    for content in (b"first", b"\x00second", None):
        await database.write(lambda uow, content=content: uow.networks.save_picture(PARTY, content))
        assert await database.read(lambda uow: uow.networks.picture(PARTY)) == content


async def test_stations_of_a_network_that_is_switched_off_are_shown_and_not_startable(database: Database):
    await database.write(lambda uow: uow.stations.put([station("LOC1", DAM, evse("E1"))]))
    await save(database, a_network())
    assert await found(database, startable=True) == 1
    assert await database.read(lambda uow: uow.networks.startable_stations()) == {PARTY: 1}
    await save(database, a_network(enabled=False))
    assert (await found(database, startable=True), await found(database, startable=False)) == (0, 1)
    assert await database.read(lambda uow: uow.networks.startable_stations()) == {}
    stored = await database.read(lambda uow: uow.stations.get(station("LOC1", DAM).id))
    assert stored is not None
    assert not stored.evses[0].startable
    await save(database, a_network())
    assert await found(database, startable=True) == 1


async def test_a_change_of_its_station_meanwhile_keeps_it_off_and_loses_nothing(database: Database):
    before = station("LOC1", DAM, evse("E1"))
    await database.write(lambda uow: uow.stations.put([before]))
    await save(database, a_network(enabled=False))

    def rename(uow) -> None:
        held = uow.stations.get(before.id)
        uow.stations.put([replace(held, name="Renamed")])

    await database.write(rename)
    assert await found(database, startable=True) == 0
    assert await database.write(lambda uow: uow.stations.put([replace(before, name="Renamed")])) == 0
    await save(database, a_network())
    assert await found(database, startable=True) == 1
    stored = await database.read(lambda uow: uow.stations.get(before.id))
    assert stored is not None
    assert stored.evses[0].startable


async def test_a_station_that_comes_after_its_network_was_switched_off_is_not_startable(database: Database):
    await save(database, a_network(enabled=False))
    await database.write(lambda uow: uow.stations.put([station("LOC1", DAM, evse("E1"))]))
    assert await found(database, startable=True) == 0
    stored = await database.read(lambda uow: uow.stations.get(station("LOC1", DAM).id))
    assert stored is not None
    assert not stored.evses[0].startable


async def test_what_drivers_say_is_counted_once_a_driver_and_forgotten_with_them(database: Database):
    def note(driver_id: DriverId, answer: str, question: Question = Question.ORDER):
        noted = DriverAnswer(PARTY, question, driver_id, answer, NOW)
        return database.write(lambda uow: uow.networks.note_answer(noted))

    async def said():
        return await database.read(lambda uow: uow.networks.answers(PARTY))

    assert await said() == {Question.ORDER: {}, Question.SPOT: {}}
    await note(ANNA, "")
    assert await said() == {Question.ORDER: {}, Question.SPOT: {}}
    assert await database.read(lambda uow: uow.networks.answer_of(PARTY, Question.ORDER, ANNA)) == ""
    assert await database.read(lambda uow: uow.networks.answer_of(PARTY, Question.SPOT, ANNA)) is None
    await note(ANNA, "start_first")
    await note(ANNA, "plug_first")
    await note(BOB, "plug_first")
    await note(BOB, "plate", Question.SPOT)
    assert await said() == {Question.ORDER: {"plug_first": 2}, Question.SPOT: {"plate": 1}}
    await database.write(lambda uow: uow.networks.forget_driver(BOB))
    assert await said() == {Question.ORDER: {"plug_first": 1}, Question.SPOT: {}}
