"""Tariffs as operators push them (OCPI 2.2.1 mod_tariffs, receiver interface); 2.1.1 alone has a PATCH."""

from bot.domain.ids import TariffId
from bot.ocpi.errors import NotFound
from bot.ocpi.kinds import Kind
from bot.ocpi.reader import read_patch
from bot.ocpi.tariffs import read_tariff, write_tariff
from handlers.ocpi.exchange import Call, Desk, Reply


async def get_tariff(desk: Desk, call: Call) -> Reply:
    tariff = await desk.stations.tariff(call.partner.id, call.party, _id(call))
    if tariff is None:
        raise NotFound("no such tariff")
    return Reply(call.words.theirs(Kind.TARIFF, write_tariff(call.party, tariff)))


async def put_tariff(desk: Desk, call: Call) -> Reply:
    raw = await call.body()
    tariff = call.words.read_tariff(raw, call.source("tariff_id"), call.notes)
    before = await desk.stations.tariff(call.partner.id, call.party, _id(call))
    await desk.stations.receive_tariffs(call.partner.id, [tariff])
    return Reply.stored(created=before is None)


async def patch_tariff(desk: Desk, call: Call) -> Reply:
    """Change a tariff we have; of one we have not, a 404 makes the operator PUT it whole."""
    raw = await call.body()
    before = await desk.stations.tariff(call.partner.id, call.party, _id(call))
    if before is None:
        raise NotFound("no such tariff")
    patch = read_patch(call.words.patch(Kind.TARIFF, raw, before.last_updated or call.received_at), call.notes)
    merged = write_tariff(call.party, before) | dict(patch.raw)
    tariff = read_tariff(merged, call.source("tariff_id"), call.notes)
    await desk.stations.receive_tariffs(call.partner.id, [tariff])
    return Reply()


async def delete_tariff(desk: Desk, call: Call) -> Reply:
    if not await desk.stations.remove_tariff(call.partner.id, call.party, _id(call)):
        raise NotFound("no such tariff")
    return Reply()


def _id(call: Call) -> TariffId:
    return TariffId(call.segment("tariff_id"))
