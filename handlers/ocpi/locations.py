"""Locations, EVSEs and connectors as operators push them (OCPI 2.2.1 mod_locations, receiver interface)."""

from collections.abc import Callable

from bot.domain.ids import StationId, station_id
from bot.domain.station import Station
from bot.ocpi import locations
from bot.ocpi.errors import NotFound, StatusCode
from bot.ocpi.kinds import Kind
from handlers.ocpi.exchange import LARGEST_LOCATION, Call, Desk, Reply


async def get_location(desk: Desk, call: Call) -> Reply:
    return Reply(call.words.theirs(Kind.LOCATION, locations.write_station(await _held(desk, call))))


async def get_evse(desk: Desk, call: Call) -> Reply:
    evse = locations.write_evse(await _held(desk, call), call.segment("evse_uid"))
    return Reply(call.words.theirs(Kind.EVSE, evse))


async def get_connector(desk: Desk, call: Call) -> Reply:
    station = await _held(desk, call)
    connector = locations.write_connector(station, call.segment("evse_uid"), call.segment("connector_id"))
    return Reply(call.words.theirs(Kind.CONNECTOR, connector))


async def put_location(desk: Desk, call: Call) -> Reply:
    raw = await call.body(LARGEST_LOCATION)
    station = call.words.read_station(raw, call.source("location_id"), call.notes)
    return await _stored(desk, call, lambda _: station, is_new=lambda old: old is None)


async def patch_location(desk: Desk, call: Call) -> Reply:
    raw, source = await call.body(LARGEST_LOCATION), call.source("location_id")

    def change(old: Station | None) -> Station:
        station = _known(old)
        patch = call.words.patch(Kind.LOCATION, raw, station.last_updated)
        return locations.patched_station(station, patch, source, call.notes)

    return await _stored(desk, call, change, is_new=_never)


async def put_evse(desk: Desk, call: Call) -> Reply:
    raw, source = call.words.ours(Kind.EVSE, await call.body()), call.source("evse_uid")
    return await _stored(
        desk,
        call,
        lambda old: locations.with_evse(_known(old), raw, source, call.notes),
        is_new=lambda old: _known(old).evse(source.object_id) is None,
    )


async def patch_evse(desk: Desk, call: Call) -> Reply:
    raw, source = await call.body(), call.source("evse_uid")

    def change(old: Station | None) -> Station:
        station = _known(old)
        patch = call.words.patch(Kind.EVSE, raw, station.last_updated)
        return locations.with_patched_evse(station, source.object_id, patch, source, call.notes)

    return await _stored(desk, call, change, is_new=_never)


async def put_connector(desk: Desk, call: Call) -> Reply:
    raw, source = call.words.ours(Kind.CONNECTOR, await call.body()), call.source("connector_id")
    evse_uid = call.segment("evse_uid")

    def is_new(old: Station | None) -> bool:
        evse = _known(old).evse(evse_uid)
        return evse is None or evse.connector(source.object_id) is None

    return await _stored(
        desk, call, lambda old: locations.with_connector(_known(old), evse_uid, raw, source, call.notes), is_new=is_new
    )


async def patch_connector(desk: Desk, call: Call) -> Reply:
    raw, source = await call.body(), call.source("connector_id")
    evse_uid = call.segment("evse_uid")

    def change(old: Station | None) -> Station:
        station = _known(old)
        patch = call.words.patch(Kind.CONNECTOR, raw, station.last_updated)
        return locations.with_patched_connector(station, evse_uid, source.object_id, patch, source, call.notes)

    return await _stored(desk, call, change, is_new=_never)


async def _stored(
    desk: Desk,
    call: Call,
    change: Callable[[Station | None], Station],
    *,
    is_new: Callable[[Station | None], bool],
) -> Reply:
    """Change the station in one transaction; whether its object is new is asked of the station before."""
    created = False

    def work(old: Station | None) -> Station:
        nonlocal created
        created = is_new(old)
        return change(old)

    await desk.stations.change(_id(call), work)
    return Reply.stored(created=created)


async def _held(desk: Desk, call: Call) -> Station:
    return _known(await desk.stations.get(_id(call)))


def _id(call: Call) -> StationId:
    return station_id(call.partner.id, call.party, call.segment("location_id"))


def _known(station: Station | None) -> Station:
    if station is None:
        raise NotFound("no such location", StatusCode.UNKNOWN_LOCATION)
    return station


def _never(_: Station | None) -> bool:
    return False
