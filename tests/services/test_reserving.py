"""Reservations: only where a network is described as letting us, and never more than the operator's own word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.catalogue import Network
from bot.domain.charge import Answer
from bot.domain.errors import Refused, Why
from bot.services.reserving import RESERVABLE, Reserving
from tests.fakes.ids import SeededIds
from tests.samples import BOB, CITY, COAST, PARTY, a_station
from tests.services.house import House

KEYS = ("a key",)


@pytest.fixture
async def house():
    return await House().furnish()


@pytest.fixture
def reserving(house):
    return Reserving(house.db, house.gateway, house.clock, SeededIds(3), KEYS)


async def allow(house, *, reservations=True, capability=RESERVABLE):
    network = Network(PARTY, "City", date(2026, 1, 1), reservations=reservations)
    station = a_station()
    evses = tuple(replace(it, capabilities=it.capabilities | {capability}) for it in station.evses)

    def work(uow):
        uow.networks.save(network)
        uow.stations.put([replace(station, evses=evses)])

    await house.db.write(work)


def until(house):
    return house.clock.now() + timedelta(minutes=20)


async def test_by_default_no_network_is_asked(house, reserving):
    for case in ({"reservations": False}, {"capability": "RFID_READER"}):
        await allow(house, **case)
        with pytest.raises(Refused) as refused:
            await reserving.reserve(house.wish(), until(house))
        assert refused.value.why is Why.NOT_SUPPORTED
    assert not house.gateway.reserved


async def test_a_network_that_lets_us_is_asked_once_and_its_result_is_kept(house, reserving):
    await allow(house)
    reservation = await reserving.reserve(house.wish(), until(house))
    assert house.gateway.reserved == [reservation]
    secret = reservation.callback_secret
    assert not reserving.result(CITY, reservation.id, "another secret", Answer())
    assert not reserving.result(99, reservation.id, secret, Answer())
    assert reserving.result(CITY, reservation.id, secret, Answer())
    assert reserving.results == {reservation.id: Answer()}
    await reserving.cancel(reservation)
    assert not house.gateway.reserved


async def test_a_result_after_a_restart_is_known_by_its_secret_and_by_nothing_else(house, reserving):
    await allow(house)
    reservation = await reserving.reserve(house.wish(), until(house))
    other = await reserving.reserve(house.wish(), until(house))
    restarted = Reserving(house.db, house.gateway, house.clock, SeededIds(4), ("a newer key", *KEYS))
    for partner_id, of, secret in (
        (CITY, other.id, reservation.callback_secret),
        (COAST, reservation.id, reservation.callback_secret),
        (CITY, reservation.id, ""),
        (CITY, reservation.id, "é"),
    ):
        assert not restarted.result(partner_id, of, secret, Answer())
    assert restarted.result(CITY, reservation.id, reservation.callback_secret, Answer(Why.EVSE_OCCUPIED))
    assert restarted.results == {reservation.id: Answer(Why.EVSE_OCCUPIED)}


async def test_the_operators_no_is_the_reason(house, reserving):
    await allow(house)
    house.gateway.usual_answer = Answer(Why.EVSE_OCCUPIED)
    with pytest.raises(Refused) as refused:
        await reserving.reserve(house.wish(), until(house))
    assert refused.value.why is Why.EVSE_OCCUPIED


async def test_what_stands_in_the_way_of_a_charge_stands_in_the_way_of_a_reservation(house, reserving):
    await allow(house)

    def forget(uow):
        driver = uow.drivers.get(BOB)
        uow.drivers.save(replace(driver, banned=True))

    await house.db.write(forget)
    with pytest.raises(Refused):
        await reserving.reserve(house.wish(BOB), until(house))
    assert not house.gateway.reserved
