"""Tariffs as operators push them (OCPI 2.2.1 mod_tariffs, receiver interface; there is no PATCH)."""

from bot.domain.ids import TariffId
from bot.ocpi.errors import NotFound
from bot.ocpi.tariffs import write_tariff
from bot.ocpi.versions import translation
from handlers.ocpi.exchange import Call, Desk, Reply


async def get_tariff(desk: Desk, call: Call) -> Reply:
    tariff = await desk.stations.tariff(call.partner.id, call.party, _id(call))
    if tariff is None:
        raise NotFound("no such tariff")
    return Reply(write_tariff(call.party, tariff))


async def put_tariff(desk: Desk, call: Call) -> Reply:
    raw = await call.body()
    tariff = translation(call.version).read_tariff(raw, call.source("tariff_id"), call.notes)
    before = await desk.stations.tariff(call.partner.id, call.party, _id(call))
    await desk.stations.receive_tariffs(call.partner.id, [tariff])
    return Reply.stored(created=before is None)


async def delete_tariff(desk: Desk, call: Call) -> Reply:
    if not await desk.stations.remove_tariff(call.partner.id, call.party, _id(call)):
        raise NotFound("no such tariff")
    return Reply()


def _id(call: Call) -> TariffId:
    return TariffId(call.segment("tariff_id"))
