from datetime import date, time

from bot.domain.catalogue import Network, Opening, SupportHours
from bot.services.contacts import Contacts, Hotline, Phone, hours_in
from tests.fakes.database import FakeDatabase
from tests.samples import PARTY, a_place, a_station


async def phone(**changes):
    db = FakeDatabase()
    await db.write(lambda uow: uow.stations.put([a_station(**changes)]))
    return await Contacts(db).operator(a_place())


async def test_the_operators_number_is_the_stations_own_and_says_whose_it_is():
    assert await phone(help_phone="+31 20 555 0199", operator="City Charging") == Phone("+31205550199", "City Charging")
    assert await phone(help_phone="+31 20 555 0199") == Phone("+31205550199", "NL-CIT")


async def test_a_station_that_tells_no_number_has_that_of_its_network():
    db = FakeDatabase()
    network = Network(PARTY, "City Charging", date(2026, 3, 1), hotline="+31 20 555 0188")
    await db.write(lambda uow: uow.networks.save(network))
    assert await Contacts(db).operator(a_place()) == Phone("+31205550188", "City Charging")
    await db.write(lambda uow: uow.stations.put([a_station(help_phone="+31 20 555 0199")]))
    assert await Contacts(db).operator(a_place()) == Phone("+31205550199", "City Charging")


async def test_what_cannot_be_dialled_is_not_offered():
    assert await phone(help_phone="https://evil.example") is None
    assert await phone() is None


async def test_a_station_that_is_gone_has_no_number():
    assert await Contacts(FakeDatabase()).operator(a_place()) is None


def test_our_hotline_is_shown_as_it_is_dialled_with_its_hours():
    assert Contacts(FakeDatabase(), "+31 20 555 0100", "24/7").hotline == Hotline(
        "+31205550100", SupportHours(always=True)
    )
    assert Contacts(FakeDatabase()).hotline == Hotline()


def test_our_hours_are_read_so_that_it_can_be_told_whether_anybody_is_there_now():
    weekdays = tuple(Opening(day, time(8), time(18)) for day in range(5))
    assert hours_in("Mon-Fri 08:00-18:00 Europe/Amsterdam") == SupportHours(week=weekdays, zone="Europe/Amsterdam")
    around = hours_in("sat-mon 22:00-06:00")
    assert around is not None
    assert [opening.weekday for opening in around.week] == [5, 6, 0]
    assert hours_in("when the lights are on") == SupportHours(text=(("", "when the lights are on"),))
    assert hours_in(" ") is None
