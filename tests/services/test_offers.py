from dataclasses import replace
from datetime import timedelta

from bot.domain.ids import EvseUid, TariffId
from bot.domain.station import Connector, Status
from bot.ports import UnitOfWork
from bot.services.offers import offers_of, tariff_of
from tests.fakes.clock import NOON
from tests.fakes.database import FakeDatabase
from tests.samples import CITY, PARTY, PLUG, TARIFF, TARIFF_ID, a_station, an_evse


async def with_tariffs(work, *tariffs):
    database = FakeDatabase()

    def put_and_do(uow: UnitOfWork):
        uow.tariffs.put(CITY, [(PARTY, tariff) for tariff in tariffs])
        return work(uow)

    return await database.write(put_and_do)


def plug(*tariff_ids: str, watts: int = 11_000) -> Connector:
    return Connector(PLUG, "IEC_62196_T2", watts=watts, tariff_ids=tuple(map(TariffId, tariff_ids)))


async def test_a_price_is_the_one_of_the_connectors_tariffs_that_is_in_force():
    old = replace(TARIFF, id=TariffId("OLD"), end_date_time=NOON - timedelta(days=1))
    new = replace(TARIFF, id=TariffId("NEW"), start_date_time=NOON + timedelta(days=1))
    station, connector = a_station(), plug("OLD", TARIFF_ID, "NEW")
    assert await with_tariffs(lambda uow: tariff_of(uow, station, connector, NOON), old, TARIFF, new) == TARIFF


async def test_a_tariff_that_was_never_sent_is_an_unknown_price_and_not_a_free_one():
    assert await with_tariffs(lambda uow: tariff_of(uow, a_station(), plug("MISSING"), NOON), TARIFF) is None
    assert await with_tariffs(lambda uow: tariff_of(uow, a_station(), plug(), NOON), TARIFF) is None


async def test_a_price_for_payment_at_the_terminal_is_not_the_drivers_price():
    ad_hoc = replace(TARIFF, type="AD_HOC_PAYMENT")
    assert await with_tariffs(lambda uow: tariff_of(uow, a_station(), plug(TARIFF_ID), NOON), ad_hoc) is None


async def test_the_startable_come_first_then_the_free_then_the_strong():
    def evse(name: str, **changes):
        return an_evse(EvseUid(name), evse_id=name, **changes)

    evses = (
        evse("card only, strong", capabilities=frozenset(), connectors=(plug(watts=300_000),)),
        evse("busy", status=Status.CHARGING),
        evse("free, weak", connectors=(plug(watts=3_700),)),
        evse("free, strong", connectors=(plug(watts=150_000),)),
        evse("removed", status=Status.REMOVED),
        evse("planned", status=Status.PLANNED),
    )
    offers = await with_tariffs(lambda uow: offers_of(uow, a_station(evses=evses), NOON))
    assert [offer.identifier for offer in offers] == ["free, strong", "free, weak", "busy", "card only, strong"]


async def test_every_plug_of_a_charge_point_is_an_offer_of_its_own():
    evse = an_evse(connectors=(plug(), replace(plug(), id="2", standard="CHADEMO")))
    offers = await with_tariffs(lambda uow: offers_of(uow, a_station(evses=(evse,)), NOON))
    assert sorted(offer.connector.standard for offer in offers) == ["CHADEMO", "IEC_62196_T2"]
