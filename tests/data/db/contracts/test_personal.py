"""What is stored of a driver: all of it is shown, and all of it is forgotten but what bills."""

import json
from dataclasses import replace
from decimal import Decimal

from bot.domain.alert import Alert
from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.feedback import Rating
from bot.domain.ids import ConnectorId, DriverId, EvseUid, PassNumber, StationId
from bot.domain.watch.readings import Reading
from bot.ports import Button, Card, Database, Dialogue, InboxUpdate, Lane, Notice, UnitOfWork
from data.db.stores.personal import COVERED
from data.db.tables import metadata
from tests.data.db.samples import NOW, after, cdr, fenced, session

ANNA = DriverId(7)
BEN = DriverId(77)
GHOST = DriverId(-5)


def live(uow: UnitOfWork, driver_id: DriverId, number: int) -> None:
    """Everything a driver leaves behind."""
    uow.drivers.save(Driver(driver_id, f"Name{driver_id}", "nl", NOW))
    uow.drivers.save_pass(
        Pass(PassNumber(f"CB-{number}"), driver_id, f"C{number}", PassStatus.ACTIVE, NOW, code_hash="secret-hash")
    )
    charge = fenced(number, driver=driver_id, uid=f"E{number}")
    uow.charges.add(charge)
    uow.sessions.save(session(f"S{number}"), charge.id)
    uow.cdrs.add(cdr(f"C{number}"), charge.id, NOW)
    uow.readings.add(charge.id, Reading(NOW, Decimal(number), Decimal(11), Decimal(50)))
    uow.feedback.rate(Rating(charge.id, driver_id, 4, NOW, "a comment"))
    uow.cards.save(Card(charge.id, driver_id, 5))
    uow.notices.add(Notice(driver_id, "receipt", Lane.RECEIPT, NOW, charge.id))
    uow.dialogues.save([Dialogue(str(driver_id), "charging", "looking", {"point": [1, 2]})])
    uow.buttons.add([Button(f"k{number}", driver_id, "find.all", "", NOW)])
    uow.alerts.add(
        Alert(
            driver_id, StationId("S"), EvseUid("E"), ConnectorId("1"), "Quay", "1234-1", "Europe/Amsterdam", after(60)
        )
    )
    uow.attempts.add(f"link by {driver_id}", NOW)
    uow.inbox.add([InboxUpdate(number, str(driver_id), b'{"hello": 1}', NOW)])
    uow.inbox.finish([number], NOW)
    uow.inbox.add([InboxUpdate(number + 10, str(driver_id), b'{"code": "1234"}', NOW)])
    uow.inbox.failed(number + 10, "ValueError: 1234", dead=True)


STORED = {
    *("drivers", "passes", "charges", "timeline", "sessions", "cdrs", "cards", "notices", "dialogues", "buttons"),
    *("attempts", "inbox", "readings", "ratings", "alerts"),
}


async def both(database: Database) -> None:
    await database.write(lambda uow: (live(uow, ANNA, 1), live(uow, BEN, 2)))


async def test_everything_of_a_driver_is_shown_as_plain_json_without_secrets_and_nothing_of_another(database: Database):
    await both(database)
    found = await database.read(lambda uow: uow.personal.everything(ANNA))
    assert {name for name, rows in found.items() if rows} == STORED
    document = json.dumps(found)
    assert "Name7" in document
    assert "Name77" not in document
    if "row" not in document:
        assert "secret" not in document


async def test_what_is_forgotten_is_gone_and_what_bills_is_the_pseudonyms(database: Database):
    await both(database)
    await database.write(lambda uow: uow.personal.erase(ANNA, GHOST))
    left = await database.read(lambda uow: uow.personal.everything(ANNA))
    assert {name for name, rows in left.items() if rows} <= {"passes", "attempts"}
    kept = await database.read(lambda uow: uow.personal.everything(GHOST))
    assert {name for name, rows in kept.items() if rows} == {"charges", "timeline", "sessions", "cdrs"}
    (charge,) = await database.read(lambda uow: uow.charges.of_driver(GHOST, 10))
    assert (charge.driver_id, charge.pass_number) == (GHOST, "")
    assert charge.contract_id == fenced().contract_id
    assert await database.read(lambda uow: uow.readings.of_charge(charge.id)) == []
    other = await database.read(lambda uow: uow.personal.everything(BEN))
    assert {name for name, rows in other.items() if rows} == STORED


async def test_old_bills_of_those_who_left_are_removed_and_no_others(database: Database):
    await both(database)
    await database.write(lambda uow: uow.personal.erase(ANNA, GHOST))
    assert await database.write(lambda uow: uow.personal.purge(NOW)) == 0
    assert await database.write(lambda uow: uow.personal.purge(after(1000))) == 1
    kept = await database.read(lambda uow: uow.personal.everything(GHOST))
    assert not any(kept.values())
    assert len(await database.read(lambda uow: uow.charges.of_driver(BEN, 10))) == 1


async def test_where_a_driver_stood_is_forgotten_and_nothing_else(database: Database):
    fresh = Dialogue("1", "find", "looking", {"point": [1.0, 2.0], "point_at": after(50).isoformat(), "page": 2})
    old = replace(fresh, key="2", memory={**fresh.memory, "point_at": NOW.isoformat()})
    undated = replace(fresh, key="3", memory={"point": [1.0, 2.0]})
    await database.write(lambda uow: uow.dialogues.save([fresh, old, undated]))
    assert await database.write(lambda uow: uow.dialogues.forget_places(after(10))) == 2
    held = await database.read(lambda uow: uow.dialogues.load(["1", "2", "3"]))
    assert held["1"] == fresh
    assert (held["2"].state, held["2"].memory) == ("looking", {"page": 2})
    assert held["3"].memory == {}


def test_every_table_that_names_a_driver_is_shown_and_forgotten():
    named = {
        table.name
        for table in metadata.sorted_tables
        for column in table.c
        if any(part in column.name for part in ("driver", "person", "user", "chat", "owner_id", "charge_id"))
    }
    assert named <= COVERED
