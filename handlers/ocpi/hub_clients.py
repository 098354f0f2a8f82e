"""Parties behind a hub, as the hub pushes them (OCPI 2.2.1 mod_hub_client_info, receiver interface)."""

from bot.domain.ids import Party
from bot.domain.network import Client
from bot.ocpi.errors import InvalidParameters, NotFound
from bot.ocpi.hubs import read_client, write_client
from bot.ocpi.reader import Source
from handlers.ocpi.exchange import Call, Desk, Reply


async def get_client(desk: Desk, call: Call) -> Reply:  # noqa: ARG001  every handler takes the desk
    client = _held(call)
    if client is None:
        raise NotFound("no such party behind your hub")
    return Reply(write_client(client))


async def put_client(desk: Desk, call: Call) -> Reply:
    """Only a hub has parties behind it: nobody else can make itself one."""
    if call.partner.hub is None:
        raise InvalidParameters("you are no hub: your credentials have neither the role HUB nor a hub_party_id")
    client = read_client(await call.body(), Source(call.partner.id, call.received_at, _named(call), "it"), call.notes)
    created = _held(call) is None
    await desk.partners.heard_of(call.partner.id, [client])
    return Reply.stored(created=created)


def _named(call: Call) -> Party:
    return Party.of(call.segment("client_country"), call.segment("client_party"))


def _held(call: Call) -> Client | None:
    return next((it for it in call.partner.clients if it.party == _named(call)), None)
