"""Drivers, passes, dialogues and buttons."""

from dataclasses import replace

from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.ids import DriverId, PassNumber
from bot.ports import Button, Database, Dialogue
from tests.data.db.samples import NOW, after

ANNA = Driver(DriverId(5_000_000_000), "Anna", "nl", NOW)


def button(key: str = "k1", *, once: bool = True, expires: float | None = 60) -> Button:
    return Button(key, ANNA.id, "start", "1:nl:cit:loc1", NOW, None if expires is None else after(expires), once)


async def test_a_driver_is_stored_and_changed(database: Database):
    assert await database.read(lambda uow: uow.drivers.get(ANNA.id)) is None
    await database.write(lambda uow: uow.drivers.save(ANNA))
    await database.write(lambda uow: uow.drivers.save(replace(ANNA, reachable=False)))
    assert await database.read(lambda uow: uow.drivers.get(ANNA.id)) == replace(ANNA, reachable=False)


async def test_a_pass_is_found_by_its_number_and_by_its_driver(database: Database):
    first = Pass(PassNumber("CB-0001"), ANNA.id, "NL-CBT-C00000001-X", PassStatus.ACTIVE, NOW)
    second = replace(first, number=PassNumber("CB-0002"), status=PassStatus.BLOCKED)
    for new in (second, first):
        await database.write(lambda uow, new=new: uow.drivers.save_pass(new))
    assert await database.read(lambda uow: uow.drivers.passes(ANNA.id)) == [first, second]
    assert await database.read(lambda uow: uow.drivers.passes(DriverId(1))) == []
    assert await database.read(lambda uow: uow.drivers.pass_by_number(PassNumber("cb-0002"))) == second
    assert await database.read(lambda uow: uow.drivers.pass_by_number(PassNumber("CB-0003"))) is None


def imported(number: str, **changes) -> Pass:
    facts = {"driver_id": None, "contract_id": f"NL-CBT-{number}", "status": PassStatus.RECEIVED, "since": NOW}
    return Pass(PassNumber(number), **{"code_hash": "f00", **facts, **changes})


async def test_an_imported_pass_is_found_however_its_number_is_typed_and_a_welcome_pass_is_not(database: Database):
    welcome = Pass(PassNumber("NL-CBT-1111"), ANNA.id, "NL-CBT-1111", PassStatus.ACTIVE, NOW)
    await database.write(lambda uow: uow.drivers.save_pass(welcome))
    assert not await database.read(lambda uow: uow.drivers.any_imported())
    card = imported("CB-0101 77")
    await database.write(lambda uow: uow.drivers.save_pass(card))
    assert await database.read(lambda uow: uow.drivers.any_imported())
    assert await database.read(lambda uow: uow.drivers.pass_as_printed("cb o1o1-77")) == card
    assert await database.read(lambda uow: uow.drivers.pass_as_printed("NL-CBT-1111")) is None
    assert await database.read(lambda uow: uow.drivers.passes(ANNA.id)) == [welcome]
    assert await database.read(lambda uow: uow.drivers.count_passes()) == {
        PassStatus.ACTIVE: 1,
        PassStatus.RECEIVED: 1,
    }


async def test_a_pass_is_found_by_what_an_operator_calls_it(database: Database):
    mine = imported("CB-1", uid="04:A2:7F:11", contract_id="NL-CBT-C1-X", driver_id=ANNA.id)
    twin = imported("CB-2", uid="04A27F12", contract_id="NL-CBT-C1-X", driver_id=ANNA.id)
    for new in (mine, twin):
        await database.write(lambda uow, new=new: uow.drivers.save_pass(new))
    assert await database.read(lambda uow: uow.drivers.pass_by_token("04a27f12", "")) == twin
    found = await database.read(lambda uow: uow.drivers.pass_by_token("unknown", "nlcbtc1x"))
    assert found.driver_id == ANNA.id
    await database.write(lambda uow: uow.drivers.save_pass(replace(twin, driver_id=DriverId(9))))
    assert await database.read(lambda uow: uow.drivers.pass_by_token("", "NL-CBT-C1-X")) is None
    assert await database.read(lambda uow: uow.drivers.pass_by_token("", "")) is None


async def test_cards_are_listed_by_when_they_changed(database: Database):
    old = imported("CB-1", uid="01", status=PassStatus.ACTIVE)
    new = imported("CB-2", uid="02", status=PassStatus.BLOCKED, since=after(60))
    others = [imported("CB-3", uid="03"), imported("CB-4", status=PassStatus.ACTIVE)]
    for pass_ in (new, old, *others):
        await database.write(lambda uow, pass_=pass_: uow.drivers.save_pass(pass_))

    async def listed(*span):
        cards = await database.read(lambda uow: uow.drivers.cards(*span, offset=0, limit=10))
        assert await database.read(lambda uow: uow.drivers.count_cards(*span)) == len(cards)
        return cards

    assert await listed(None, None) == [old, new]
    assert await listed(after(1), None) == [new]
    assert await listed(None, after(60)) == [old]
    assert await database.read(lambda uow: uow.drivers.cards(None, None, offset=1, limit=1)) == [new]


async def test_attempts_are_counted_by_subject_and_forgotten(database: Database):
    for subject, seconds in (("a", 0), ("a", 10), ("b", 20)):
        await database.write(lambda uow, s=subject, t=seconds: uow.attempts.add(s, after(t)))
    await database.write(lambda uow: uow.attempts.add("a", after(10)))
    assert await database.read(lambda uow: uow.attempts.count("a", NOW)) == 3
    assert await database.read(lambda uow: uow.attempts.count("a", after(5))) == 2
    assert await database.write(lambda uow: uow.attempts.prune(after(15))) == 3
    assert await database.read(lambda uow: uow.attempts.count("b", NOW)) == 1


async def test_dialogues_are_loaded_together_and_end_without_a_conversation(database: Database):
    finding = Dialogue("7", "find", "choosing", {"plugs": ["CCS"], "point": [52.1, 4.9], "page": 2, "more": None})
    paying = Dialogue("8", "pass", "number")
    await database.write(lambda uow: uow.dialogues.save([finding, paying]))
    assert await database.read(lambda uow: uow.dialogues.load(["7", "8", "9"])) == {"7": finding, "8": paying}
    await database.write(
        lambda uow: uow.dialogues.save([replace(finding, state="shown"), Dialogue("8"), Dialogue("9")])
    )
    assert await database.read(lambda uow: uow.dialogues.load(["7", "8", "9"])) == {
        "7": replace(finding, state="shown")
    }
    assert await database.read(lambda uow: uow.dialogues.load([])) == {}
    await database.write(lambda uow: uow.dialogues.save([]))


async def test_a_button_shown_again_keeps_its_meaning_and_lives_longer(database: Database):
    await database.write(lambda uow: uow.buttons.add([button(), button("k2", expires=None)]))
    renewed = replace(button(), action="stop", shown_at=after(50), expires_at=after(500))
    await database.write(lambda uow: uow.buttons.add([renewed]))
    await database.write(lambda uow: uow.buttons.add([]))
    assert await database.read(lambda uow: uow.buttons.get("k1")) == replace(renewed, action="start")
    assert await database.read(lambda uow: uow.buttons.get("k2")) == button("k2", expires=None)
    assert await database.read(lambda uow: uow.buttons.get("k3")) is None


async def test_a_once_button_works_once_and_stays_worn_out_when_shown_again(database: Database):
    await database.write(lambda uow: uow.buttons.add([button(), button("many", once=False)]))
    assert [await database.write(lambda uow: uow.buttons.use("k1", after(1))) for _ in range(2)] == [True, False]
    await database.write(lambda uow: uow.buttons.add([button()]))
    assert not await database.write(lambda uow: uow.buttons.use("k1", after(2)))
    used = await database.read(lambda uow: uow.buttons.get("k1"))
    assert used == replace(button(), used_at=after(1))
    assert [await database.write(lambda uow: uow.buttons.use("many", after(1))) for _ in range(2)] == [True, True]
    assert not await database.write(lambda uow: uow.buttons.use("unknown", after(1)))


async def test_expired_buttons_are_forgotten(database: Database):
    await database.write(lambda uow: uow.buttons.add([button("a", expires=1), button("b"), button("c", expires=None)]))
    assert await database.write(lambda uow: uow.buttons.prune(after(60))) == 1
    assert await database.read(lambda uow: uow.buttons.get("a")) is None
    assert await database.read(lambda uow: uow.buttons.get("c")) is not None
