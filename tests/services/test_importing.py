"""Importing passes: good lines count, the same file twice changes nothing, an owner stays the owner."""

from bot.domain.driver import PassStatus
from bot.domain.ids import DriverId
from tests.samples import ANNA
from tests.services.house import House

HEADER = "number,activation_code,status,uid\n"


def row(status="received", number="CB-0001", code="ABCD-1234", uid="04A27F11"):
    return HEADER + f"{number},{code},{status},{uid}\n"


async def stored(house, number="CB-0001"):
    return await house.db.read(lambda uow: uow.drivers.pass_as_printed(number))


async def test_the_same_file_twice_changes_nothing():
    house = House()
    first = await house.importing.take(row())
    before = await stored(house)
    second = await house.importing.take(row())
    assert (first.new, second.new, second.changed, second.same) == (1, 0, 0, 1)
    assert await stored(house) == before


async def test_the_code_is_nowhere_in_what_is_stored():
    house = House()
    await house.importing.take(row())
    pass_ = await stored(house)
    assert "1234" not in repr(pass_)
    assert "ABCD" not in repr(pass_)
    assert pass_.code_hash


async def test_a_new_status_keeps_the_owner_and_tells_the_operators_of_the_card():
    house = await House().furnish()
    await house.importing.take(row())
    await house.passes.link(ANNA, "CB-0001", "ABCD-1234")
    await house.work()
    done = await house.importing.take(row("blocked"))
    await house.work()
    assert done.changed == 1
    pass_ = await stored(house)
    assert (pass_.driver_id, pass_.status) == (ANNA, PassStatus.BLOCKED)
    assert [status for _, _, status in house.gateway.cards] == [PassStatus.ACTIVE, PassStatus.BLOCKED]


async def test_an_activated_pass_is_not_taken_back_by_an_older_list_and_a_lost_one_not_revived():
    house = await House().furnish()
    await house.importing.take(row())
    await house.passes.link(ANNA, "CB-0001", "ABCD-1234")
    await house.importing.take(row("received"))
    assert (await stored(house)).status is PassStatus.ACTIVE
    await house.passes.report_lost(ANNA, (await stored(house)).number)
    await house.importing.take(row("active"))
    assert (await stored(house)).status is PassStatus.BLOCKED


async def test_what_is_taken_already_is_refused_by_line_and_the_rest_is_stored():
    house = await House().furnish()
    welcome = (await house.db.read(lambda uow: uow.drivers.passes(ANNA)))[0]
    await house.importing.take(row())
    done = await house.importing.take(
        HEADER
        + f"CB-0002,ABCD-1234,active,04:a2:7f:11\n{welcome.number},ABCD-1234,active,\nCB-0003,ABCD-1234,active,\n"
    )
    assert (done.new, [line.line for line in done.bad]) == (1, [2, 3])
    assert "uid is that of pass CB-0001" in done.bad[0].reason
    assert "welcome pass" in done.bad[1].reason
    assert (await stored(house, "CB-0003")).driver_id is None


async def test_a_contract_is_made_where_none_is_named_and_every_pass_has_its_own():
    house = House()
    await house.importing.take(
        "number,activation_code,status,contract_id\nCB-0001,ABCD-1,active,NL-CHB-C00000XYZ\nCB-0002,ABCD-2,active,\nCB-0003,ABCD-3,active,\n"
    )
    contracts = [(await stored(house, f"CB-000{n}")).contract_id for n in (1, 2, 3)]
    assert contracts[0] == "NL-CHB-C00000XYZ"
    assert len(set(contracts)) == 3
    assert all(contract.startswith("NL-CHB-C") and len(contract) == 16 for contract in contracts[1:])


async def test_a_large_file_goes_in_by_parts():
    house = House()
    lines = "".join(f"CB-{n:06d},ABCD-{n},received,\n" for n in range(520))
    done = await house.importing.take(HEADER + lines)
    assert done.new == 520
    assert await house.importing.counts() == {PassStatus.RECEIVED: 520}
    assert await house.db.read(lambda uow: uow.drivers.passes(DriverId(1))) == []
