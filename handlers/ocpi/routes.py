"""Every way in for an operator, in one table: what is not listed here is answered 404, or 405 on a path that is."""

from collections.abc import Iterator
from typing import Final, Protocol

from aiohttp import web

from bot.ocpi import paths
from bot.ocpi.errors import NotAllowed, NotFound
from bot.ocpi.paths import Resource
from bot.ocpi.versions import SPOKEN
from handlers.ocpi import (
    cdrs,
    commands,
    credentials,
    exchange,
    hub_clients,
    locations,
    sessions,
    tariffs,
    tokens,
    versions,
)
from handlers.ocpi.exchange import Call, Desk, Door, Handler, Reply

HANDLERS: Final[dict[Resource, dict[str, Handler]]] = {
    paths.CREDENTIALS: {
        "GET": credentials.get_credentials,
        "POST": credentials.post_credentials,
        "PUT": credentials.put_credentials,
        "DELETE": credentials.delete_credentials,
    },
    paths.LOCATION: {
        "GET": locations.get_location,
        "PUT": locations.put_location,
        "PATCH": locations.patch_location,
    },
    paths.EVSE: {
        "GET": locations.get_evse,
        "PUT": locations.put_evse,
        "PATCH": locations.patch_evse,
    },
    paths.CONNECTOR: {
        "GET": locations.get_connector,
        "PUT": locations.put_connector,
        "PATCH": locations.patch_connector,
    },
    paths.TARIFF: {
        "GET": tariffs.get_tariff,
        "PUT": tariffs.put_tariff,
        "DELETE": tariffs.delete_tariff,
    },
    paths.SESSION: {
        "GET": sessions.get_session,
        "PUT": sessions.put_session,
        "PATCH": sessions.patch_session,
    },
    paths.CDRS: {"POST": cdrs.post_cdr},
    paths.CDR: {"GET": cdrs.get_cdr},
    paths.COMMAND_RESULT: {"POST": commands.post_result},
    paths.TOKENS: {"GET": tokens.get_tokens},
    paths.TOKEN_AUTHORIZE: {"POST": tokens.post_authorize},
    paths.HUB_CLIENT: {"GET": hub_clients.get_client, "PUT": hub_clients.put_client},
}
NOT_IN: Final[dict[str, frozenset[Resource]]] = {"2.1.1": frozenset({paths.HUB_CLIENT})}
"""What one version has not."""


ONLY_IN: Final[dict[str, dict[Resource, dict[str, Handler]]]] = {
    "2.1.1": {paths.TARIFF: {"PATCH": tariffs.patch_tariff}},
}
"""What one version has beside that."""


class _AiohttpHandler(Protocol):
    async def __call__(self, request: web.Request, /) -> web.StreamResponse: ...


def ocpi_routes(desk: Desk) -> list[web.RouteDef]:
    """Everything under /ocpi, for the application that serves it; each path also with a slash at its end."""
    return list(_routes(desk))


def _routes(desk: Desk) -> Iterator[web.RouteDef]:
    yield from _mount(desk, paths.VERSIONS, {"GET": Door(versions.get_versions, None)})
    for version in SPOKEN:
        mounted = {it: doors for it, doors in HANDLERS.items() if it not in NOT_IN.get(version, ())}
        details = Door(versions.get_details(mounted), None, version)
        yield from _mount(desk, paths.details_path(version), {"GET": details})
        for resource, handlers in mounted.items():
            whole = handlers | ONLY_IN.get(version, {}).get(resource, {})
            doors = {method: Door(handler, resource.module, version) for method, handler in whole.items()}
            for path in resource.patterns(version):
                yield from _mount(desk, path, doors)
    yield web.route("*", paths.ROOT + "{rest:(/.*)?}", _behind(desk, Door(_no_such_path, None)))


def _mount(desk: Desk, path: str, doors: dict[str, Door]) -> Iterator[web.RouteDef]:
    module, version = next((door.module, door.version) for door in doors.values())
    for form in (path, path + "/"):
        for method, door in doors.items():
            yield web.route(method, form, _behind(desk, door))
        yield web.route("*", form, _behind(desk, Door(_no_such_method, module, version)))


def _behind(desk: Desk, door: Door) -> _AiohttpHandler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await exchange.answer(desk, door, request)

    return handle


async def _no_such_path(_desk: Desk, _call: Call) -> Reply:
    raise NotFound("there is nothing at this address")


async def _no_such_method(_desk: Desk, call: Call) -> Reply:
    raise NotAllowed(f"{call.request.method} is not for this address")
