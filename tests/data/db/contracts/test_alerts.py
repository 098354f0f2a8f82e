"""Who waits for what to become free."""

from dataclasses import replace

from bot.domain.alert import Alert
from bot.domain.ids import ConnectorId, DriverId, EvseUid, StationId
from bot.ports import Database
from tests.data.db.samples import NOW, after

ANNA, BOB = DriverId(5_000_000_000), DriverId(2)
QUAY = StationId("1:NL-CIT:L1")
ALERT = Alert(
    ANNA, QUAY, EvseUid("E1"), ConnectorId("1"), "Quay", "1234-1", "Europe/Amsterdam", after(60), ("CHADEMO",)
)


async def test_an_alert_is_found_by_its_driver_and_its_station_the_next_to_end_first(database: Database):
    sooner = replace(ALERT, driver_id=BOB, until=NOW)
    elsewhere = replace(ALERT, station_id=StationId("1:NL-CIT:L2"), evse_uid=EvseUid(""))
    for alert in (ALERT, sooner, elsewhere):
        await database.write(lambda uow, alert=alert: uow.alerts.add(alert))
    assert await database.read(lambda uow: uow.alerts.of_driver(BOB)) == [sooner]
    assert await database.read(lambda uow: uow.alerts.of_driver(ANNA)) == [ALERT, elsewhere]
    assert await database.read(lambda uow: uow.alerts.at([QUAY])) == [sooner, ALERT]
    assert len(await database.read(lambda uow: uow.alerts.at([QUAY, elsewhere.station_id]))) == 3
    assert await database.read(lambda uow: uow.alerts.at([])) == []


async def test_the_same_place_is_asked_for_once_and_can_be_let_go(database: Database):
    longer = replace(ALERT, until=after(120))
    for alert in (ALERT, longer):
        await database.write(lambda uow, alert=alert: uow.alerts.add(alert))
    assert await database.read(lambda uow: uow.alerts.of_driver(ANNA)) == [longer]
    assert not await database.write(lambda uow: uow.alerts.remove(BOB, QUAY, ALERT.evse_uid))
    assert await database.write(lambda uow: uow.alerts.remove(ANNA, QUAY, ALERT.evse_uid))
    assert not await database.write(lambda uow: uow.alerts.remove(ANNA, QUAY, ALERT.evse_uid))
    assert await database.read(lambda uow: uow.alerts.at([QUAY])) == []
