"""Partners, tariffs and objections."""

from dataclasses import replace

from bot.domain.driver import Filters
from bot.domain.ids import PartnerId, Party, TariffId
from bot.domain.network import PartnerState
from bot.ports import Database, Objection
from tests.data.db.samples import NOW, PARTNER, PARTY, after, partner, station, tariff

OTHER = Party.of("DE", "ABC")


async def test_a_partner_gets_an_id_of_its_own_and_comes_back_whole(database: Database):
    first = await database.write(lambda uow: uow.partners.add(partner()))
    second = await database.write(lambda uow: uow.partners.add(partner("Second", our_token_hashes=("hash-3",))))
    assert first.id != second.id
    assert first == partner(id=first.id)
    assert await database.read(lambda uow: uow.partners.get(first.id)) == first
    assert await database.read(lambda uow: uow.partners.all()) == [first, second]


async def test_a_partner_is_found_by_each_token_it_uses_on_us(database: Database):
    first = await database.write(lambda uow: uow.partners.add(partner(state=PartnerState.PENDING)))
    assert await database.read(lambda uow: uow.partners.by_token_hash("hash-2")) == first
    rotated = replace(first, our_token_hashes=("hash-2", "hash-9"), their_token="another")
    await database.write(lambda uow: uow.partners.save(rotated))
    assert await database.read(lambda uow: uow.partners.by_token_hash("hash-9")) == rotated
    assert await database.read(lambda uow: uow.partners.by_token_hash("hash-1")) is None


async def test_a_forgotten_partner_takes_its_stations_from_sight_and_its_id_with_it(database: Database):
    gone = await database.write(lambda uow: uow.partners.add(partner()))
    await database.write(lambda uow: uow.stations.put([station(partner_id=gone.id)]))
    await database.write(lambda uow: uow.partners.remove(gone.id))
    assert await database.read(lambda uow: uow.partners.get(gone.id)) is None
    assert await database.read(lambda uow: uow.partners.by_token_hash("hash-1")) is None
    near = await database.read(
        lambda uow: uow.stations.near(station().point, limit=5, filters=Filters(startable=False))
    )
    assert near == []
    again = await database.write(lambda uow: uow.partners.add(partner()))
    assert again.id != gone.id


async def test_tariffs_are_counted_when_they_change_and_found_without_regard_to_case(database: Database):
    assert await database.write(lambda uow: uow.tariffs.put(PARTNER, [(PARTY, tariff()), (OTHER, tariff())])) == 2
    assert await database.write(lambda uow: uow.tariffs.put(PARTNER, [(PARTY, tariff())])) == 0
    assert await database.write(lambda uow: uow.tariffs.put(PARTNER, [(PARTY, tariff(price="0.30"))])) == 1

    def get(party: Party, tariff_id: str, partner_id: int = PARTNER):
        return database.read(lambda uow: uow.tariffs.get(PartnerId(partner_id), party, TariffId(tariff_id)))

    assert await get(PARTY, "t1") == tariff(price="0.30")
    assert await get(OTHER, "T1") == tariff()
    assert await get(PARTY, "T1", partner_id=2) is None


async def test_a_tariff_is_removed_once(database: Database):
    await database.write(lambda uow: uow.tariffs.put(PARTNER, [(PARTY, tariff())]))
    assert await database.write(lambda uow: uow.tariffs.remove(PARTNER, PARTY, TariffId("t1")))
    assert not await database.write(lambda uow: uow.tariffs.remove(PARTNER, PARTY, TariffId("t1")))
    assert await database.read(lambda uow: uow.tariffs.get(PARTNER, PARTY, TariffId("T1"))) is None


async def test_objections_are_kept_once_with_their_newest_moment(database: Database):
    one = Objection(PARTNER, "locations", "LOC1", "no coordinates", NOW)
    other = Objection(PARTNER, "tariffs", "T1", "no elements", after(5))
    newest = replace(one, at=after(9))
    await database.write(lambda uow: uow.objections.add([one, other]))
    await database.write(lambda uow: uow.objections.add([newest, replace(one, partner_id=PartnerId(2))]))
    assert await database.read(lambda uow: uow.objections.of_partner(PARTNER, 10)) == [newest, other]
    assert await database.read(lambda uow: uow.objections.of_partner(PARTNER, 1)) == [newest]


async def test_text_no_database_can_hold_never_stops_anything(database: Database):
    nasty = "a\0b\ud800c\U0001f50c"
    await database.write(lambda uow: uow.objections.add([Objection(PARTNER, "locations", nasty, nasty, NOW)]))
    assert len(await database.read(lambda uow: uow.objections.of_partner(PARTNER, 10))) == 1
    await database.write(lambda uow: uow.stations.put([station(name=nasty)]))
    near = await database.read(
        lambda uow: uow.stations.near(station().point, limit=5, filters=Filters(startable=False))
    )
    assert "\U0001f50c" in (near[0].station.name or "")
