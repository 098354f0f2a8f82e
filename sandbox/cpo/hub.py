"""A roaming hub: one credential, and behind it operators that are reached by name, or now and then not at all.

(OCPI 2.2.1 transport_and_format, Message routing; status_codes, 4xxx.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.cpo.stations import EPOCH, Party

UNKNOWN_RECEIVER = 4001
TIMEOUT = 4002
NOT_CONNECTED = 4003

CONNECTED = "CONNECTED"
OFFLINE = "OFFLINE"
STATUSES = (CONNECTED, OFFLINE, "PLANNED", "SUSPENDED")

ITSELF = Party("NL", "HUB", "Friesland Roaming")
MEMBERS = (
    Party("NL", "HAV", "Havermonde Charging"),
    Party("NL", "KAD", "Kade Stroom"),
    Party("DE", "WAT", "Wattenmeer Energie"),
)


class NotRouted(Exception):
    """The hub could not pass it on."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code


@dataclass(slots=True)
class Client:
    """One of the parties behind the hub. `slow` ones do not answer the hub in time."""

    party: Party
    status: str = CONNECTED
    last_updated: datetime = EPOCH
    slow: bool = False


@dataclass(slots=True)
class Hub:
    """`party` is the hub itself."""

    party: Party = ITSELF
    members: tuple[Party, ...] = MEMBERS
    clients: dict[Party, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clients = {party: Client(party) for party in self.members}

    def client(self, party_id: str) -> Client | None:
        return next((it for it in self.clients.values() if it.party.party_id.casefold() == party_id.casefold()), None)

    def addressed(self, headers: Mapping[str, str], *, is_list: bool) -> Party | None:
        """Who a request is for, by its "to" headers; None is everyone: the hub was named, or nobody was.

        Raises:
            NotRouted: 4001 nobody of that name, or a list that is nobody's; 4002 and 4003 when it cannot be reached.

        """
        country, party_id = headers.get("OCPI-to-country-code"), headers.get("OCPI-to-party-id")
        if country is None or party_id is None:
            if is_list:
                raise NotRouted(UNKNOWN_RECEIVER, "A list is asked of somebody: name the hub to ask all.")
            return None
        if (country, party_id) == (self.party.country_code, self.party.party_id):
            return None
        client = next((it for it in self.clients.values() if _is(it.party, country, party_id)), None)
        if client is None:
            raise NotRouted(UNKNOWN_RECEIVER, f"There is no {country}-{party_id} behind this hub.")
        if client.status != CONNECTED:
            raise NotRouted(NOT_CONNECTED, f"{country}-{party_id} is {client.status}.")
        if client.slow:
            raise NotRouted(TIMEOUT, f"{country}-{party_id} did not answer in time.")
        return client.party


def _is(party: Party, country: str, party_id: str) -> bool:
    wanted = (country.casefold(), party_id.casefold())
    return (party.country_code.casefold(), party.party_id.casefold()) == wanted
