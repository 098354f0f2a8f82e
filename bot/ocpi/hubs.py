"""Parties behind a hub, as the hub tells of them (2.2.1 mod_hub_client_info)."""

from typing import Any

from bot.domain.ids import Party
from bot.domain.network import Client
from bot.ocpi.reader import Fields, Notes, Source
from bot.ocpi.wire import stamp


def read_client(raw: object, source: Source, notes: Notes) -> Client:
    """Read a ClientInfo; `source.party` is the party in its address, if it was sent to one.

    Raises:
        InvalidParameters: without party or status it says nothing; or they are not those in the address.

    """
    fields = Fields.of(raw, notes)
    status = fields.word("status")
    if status is None:
        raise fields.missing("status")
    updated = fields.needed_moment("last_updated", source.received_at)
    return Client(fields.party(source), fields.word("role") or "CPO", status, updated)


def write_client(client: Client) -> dict[str, Any]:
    party: Party = client.party
    return {
        "country_code": party.country_code,
        "party_id": party.party_id,
        "role": client.role,
        "status": client.status,
        "last_updated": stamp(client.last_updated),
    }
