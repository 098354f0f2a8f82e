from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.domain.catalogue import MOST_ANSWERS, DriverAnswer, Network, Profile, Question, StartOrder
from bot.domain.charge import State
from bot.domain.errors import Refused, Why
from bot.domain.ids import CdrId, DriverId, Party
from bot.domain.session import SessionStatus
from bot.services.catalogue_file import CatalogueError
from bot.services.networks import Networks, worth_asking
from bot.services.stations import Stations
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.samples import ANNA, CITY, PARTY, a_cdr, a_partner, a_station
from tests.services.house import House, running

OFF = Network(PARTY, "City", date(2026, 3, 1), enabled=False)
TEXT = '[[networks]]\nparty = "NL-CIT"\nname = "City Power"\n'


@pytest.fixture
async def database():
    database = FakeDatabase()

    def work(uow):
        uow.partners.add(a_partner(parties=(PARTY, Party("DE", "ABC"))))
        uow.stations.put([a_station()])

    await database.write(work)
    return database


@pytest.fixture
def networks(database):
    return Networks(database, ManualClock(), lambda _: None)


async def said(database, *answers, party=PARTY):
    def work(uow):
        for number, answer in enumerate(answers):
            uow.networks.note_answer(DriverAnswer(party, Question.ORDER, 9000 + number, answer, NOON))

    await database.write(work)


async def test_parties_that_nobody_described_are_listed_with_what_their_data_says(networks):
    first, second = await networks.listed()
    assert (first.name, first.countries, first.stations, first.order) == ("DE-ABC", ("DE",), 0, StartOrder.UNKNOWN)
    assert (second.name, second.stations) == ("NL-CIT", 1)
    assert await networks.newest() is None


async def test_a_list_is_searched_by_name_party_and_country(networks):
    await networks.import_file(TEXT, {})
    for wanted in ("city", "POWER", "nl-cit", "nl", "nether"):
        assert [one.name for one in await networks.listed(wanted, {"NL": "Netherlands"})] == ["City Power"]
    assert await networks.listed("zzz") == ()


async def test_a_switched_off_network_is_no_longer_listed_for_drivers(networks):
    await networks.import_file(TEXT + "enabled = false", {})
    assert [one.name for one in await networks.listed()] == ["DE-ABC"]
    assert [one.name for one in await networks.everything()] == ["DE-ABC", "City Power"]


async def test_an_import_says_what_it_did_and_keeps_the_date_of_what_is_unchanged(networks):
    [first] = await networks.import_file(TEXT + "updated = 2026-01-01", {})
    assert (first.outcome, first.connected) == ("new", True)
    [again] = await networks.import_file(TEXT, {})
    assert (again.outcome, again.network.updated) == ("unchanged", date(2026, 1, 1))
    [changed] = await networks.import_file(TEXT + "hotline = '+31 20 555 0100'", {})
    assert (changed.outcome, changed.network.updated) == ("changed", NOON.date())


async def test_nothing_is_imported_when_anything_is_wrong(networks, database):
    with pytest.raises(CatalogueError, match="1 mistake"):
        await networks.import_file(TEXT + '[[networks]]\nparty = "X"\nname = "Y"', {})
    assert await database.read(lambda uow: uow.networks.all()) == []


async def test_what_most_drivers_say_counts_where_the_description_is_silent(networks, database):
    await said(database, "plug_first", "plug_first")
    assert (await networks.about(PARTY)).order is StartOrder.UNKNOWN
    await said(database, "plug_first", "plug_first", "plug_first", "start_first")
    about = await networks.about(PARTY)
    assert about.order is StartOrder.PLUG_FIRST
    assert (about.said[Question.ORDER].agreeing, about.said[Question.ORDER].asked) == (3, 4)
    await networks.import_file(TEXT + "start_order = 'start_first'", {})
    assert (await networks.about(PARTY)).order is StartOrder.START_FIRST


async def test_drivers_who_disagree_say_nothing(networks, database):
    await said(database, "plug_first", "start_first", "plug_first", "start_first")
    assert (await networks.about(PARTY)).order is StartOrder.UNKNOWN


async def test_a_driver_is_asked_once_and_only_where_it_is_not_known(networks, database):
    def asked(driver_id=ANNA):
        return database.read(lambda uow: worth_asking(uow, driver_id, PARTY))

    assert await asked()
    await networks.answer(ANNA, PARTY, Question.ORDER, "")
    assert not await asked()
    await said(database, *["plug_first"] * MOST_ANSWERS)
    assert not await asked(DriverId(5))


async def test_a_described_order_is_not_asked_about(networks, database):
    await networks.import_file(TEXT + "start_order = 'either'", {})
    assert not await database.read(lambda uow: worth_asking(uow, ANNA, PARTY))


async def test_nothing_is_started_at_a_network_that_is_switched_off():
    house = await House().furnish()
    await house.db.write(lambda uow: uow.networks.save(OFF))
    with pytest.raises(Refused) as refused:
        await house.press()
    assert refused.value.why is Why.NOT_STARTABLE


async def test_also_not_when_it_is_switched_off_between_the_press_and_the_fence():
    house = await House().furnish()
    charge = await house.press()
    await house.db.write(lambda uow: uow.networks.save(OFF))
    await house.work()
    after = await house.charge(charge)
    assert (after.state, after.why) == (State.REFUSED, Why.NOT_STARTABLE)
    assert not house.gateway.starts


async def test_a_running_charge_of_it_can_still_be_stopped():
    house = await House().furnish()
    charge = await house.press()
    await house.work()
    await house.db.write(lambda uow: uow.networks.save(replace(OFF)))
    assert (await house.charging.stop(ANNA, charge.id)).stop_wanted_at


async def test_partners_that_are_not_connected_bring_no_network(networks, database):
    await database.write(lambda uow: uow.partners.remove(CITY))
    assert await networks.listed() == ()


async def billed(house, **changes):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    await house.push(running(charge, SessionStatus.COMPLETED, end=house.clock.now()))
    facts = {"id": CdrId(f"C-{charge.id}"), "reference": charge.id, "session_id": None, "token_uid": charge.token_uid}
    await house.receipts.receive(a_cdr(**(facts | changes)))
    return charge


async def test_after_the_receipt_a_driver_is_asked_once_what_came_first():
    house = await House().furnish()
    await house.db.write(lambda uow: uow.networks.save(replace(OFF, enabled=True)))
    await billed(house)
    assert (await house.told()).count("learn_order") == 1
    await billed(house)
    assert (await house.told()).count("learn_order") == 1


async def test_nobody_is_asked_where_it_is_known_or_nothing_was_charged():
    house = await House().furnish()
    await house.db.write(lambda uow: uow.networks.save(replace(OFF, enabled=True, start_order=StartOrder.EITHER)))
    await billed(house)
    assert "learn_order" not in await house.told()
    idle = await House().furnish()
    await idle.db.write(lambda uow: uow.networks.save(replace(OFF, enabled=True)))
    await billed(idle, total_energy=Decimal(0))
    assert "learn_order" not in await idle.told()


async def test_of_several_that_fit_those_come_first_whose_network_prints_just_that(database):
    twin = a_station(party=Party("DE", "ABC"), name="Elsewhere")
    await database.write(lambda uow: uow.stations.put([twin]))
    stations = Stations(database, None, ManualClock())
    assert [station.party for station, _ in await stations.by_identifier("3256-1")] == [twin.party, PARTY]
    described = Network(PARTY, "City", date(2026, 3, 1), profile=Profile("3256-1", r"\d{4}-\d"))
    await database.write(lambda uow: uow.networks.save(described))
    assert [station.party for station, _ in await stations.by_identifier(" 3256-1")] == [PARTY, twin.party]
