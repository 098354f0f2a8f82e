"""Every address we publish, from one table: version details, routes and response_url cannot drift apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from bot.domain.ids import ChargeId
from bot.domain.network import Endpoint

ROOT: Final = "/ocpi"
VERSIONS: Final = f"{ROOT}/versions"


class Role(StrEnum):
    """Which side of a module an endpoint is (OCPI InterfaceRole)."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"


class Module(StrEnum):
    CDRS = "cdrs"
    COMMANDS = "commands"
    CREDENTIALS = "credentials"
    HUB_CLIENT_INFO = "hubclientinfo"
    LOCATIONS = "locations"
    SESSIONS = "sessions"
    TARIFFS = "tariffs"
    TOKENS = "tokens"


OUR_ROLE: Final = {
    Module.CREDENTIALS: Role.SENDER,  # the role says nothing here; SENDER is advised
    Module.LOCATIONS: Role.RECEIVER,
    Module.TARIFFS: Role.RECEIVER,
    Module.SESSIONS: Role.RECEIVER,
    Module.CDRS: Role.RECEIVER,
    Module.TOKENS: Role.SENDER,
    Module.COMMANDS: Role.SENDER,
    Module.HUB_CLIENT_INFO: Role.RECEIVER,
}

THEIR_ROLE: Final = {
    Module.CREDENTIALS: Role.SENDER,
    Module.LOCATIONS: Role.SENDER,
    Module.TARIFFS: Role.SENDER,
    Module.SESSIONS: Role.SENDER,
    Module.CDRS: Role.SENDER,
    Module.TOKENS: Role.RECEIVER,
    Module.COMMANDS: Role.RECEIVER,
    Module.HUB_CLIENT_INFO: Role.SENDER,
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of address under a module; `parts` names the segments that vary."""

    module: Module
    parts: tuple[str, ...] = ()
    tail: str = ""

    def pattern(self, version: str) -> str:
        """The path with {names} for what varies, as the web server wants it."""
        return base_path(version, self.module) + self._varying

    def patterns(self, version: str) -> tuple[str, ...]:
        """The same, and with no slash or two after the module: so peers join it that expect our endpoint otherwise."""
        if not self.parts:
            return (self.pattern(version),)
        base, rest = base_path(version, self.module), self._varying
        return (base + rest, base + rest.removeprefix("/"), base + "/" + rest)

    @property
    def _varying(self) -> str:
        return "".join((*(f"/{{{part}}}" for part in self.parts), self.tail))

    def url(self, public_url: str, version: str, **values: str) -> str:
        """The address with all its segments filled in and quoted."""
        segments = "".join("/" + quote(values[part], safe="") for part in self.parts)
        return f"{public_url.rstrip('/')}{base_path(version, self.module)}{segments}{self.tail}"


_OWNER: Final = ("country_code", "party_id")

CREDENTIALS: Final = Resource(Module.CREDENTIALS)
LOCATION: Final = Resource(Module.LOCATIONS, (*_OWNER, "location_id"))
EVSE: Final = Resource(Module.LOCATIONS, (*_OWNER, "location_id", "evse_uid"))
CONNECTOR: Final = Resource(Module.LOCATIONS, (*_OWNER, "location_id", "evse_uid", "connector_id"))
TARIFF: Final = Resource(Module.TARIFFS, (*_OWNER, "tariff_id"))
SESSION: Final = Resource(Module.SESSIONS, (*_OWNER, "session_id"))
CDRS: Final = Resource(Module.CDRS)
CDR: Final = Resource(Module.CDRS, (*_OWNER, "cdr_id"))
TOKENS: Final = Resource(Module.TOKENS)
TOKEN_AUTHORIZE: Final = Resource(Module.TOKENS, ("token_uid",), "/authorize")
HUB_CLIENT: Final = Resource(Module.HUB_CLIENT_INFO, ("client_country", "client_party"))
COMMAND_RESULT: Final = Resource(Module.COMMANDS, ("command", "charge_id", "secret"))

RESOURCES: Final = (
    CREDENTIALS,
    LOCATION,
    EVSE,
    CONNECTOR,
    TARIFF,
    SESSION,
    CDRS,
    CDR,
    TOKENS,
    TOKEN_AUTHORIZE,
    COMMAND_RESULT,
    HUB_CLIENT,
)


def details_path(version: str) -> str:
    return f"{ROOT}/{version}"


def base_path(version: str, module: Module) -> str:
    return f"{ROOT}/{version}/{module}"


def versions_url(public_url: str) -> str:
    return public_url.rstrip("/") + VERSIONS


def details_url(public_url: str, version: str) -> str:
    return public_url.rstrip("/") + details_path(version)


def endpoints(public_url: str, version: str, mounted: Iterable[Resource]) -> tuple[Endpoint, ...]:
    """The endpoints of our version details: one per module of which any address is mounted."""
    modules = dict.fromkeys(resource.module for resource in mounted)
    base = public_url.rstrip("/")
    return tuple(Endpoint(str(m), str(OUR_ROLE[m]), base + base_path(version, m)) for m in modules)


def response_url(public_url: str, version: str, command: str, charge_id: ChargeId, secret: str) -> str:
    """Where the operator tells how a command went; one per command, and only the operator knows the secret."""
    return COMMAND_RESULT.url(public_url, version, command=command, charge_id=charge_id, secret=secret)


def below(url: str, *segments: str) -> str:
    """An address below one that a peer gave us, whichever way it ends; a query of it is kept."""
    base, mark, query = url.partition("?")
    return "/".join((base.rstrip("/"), *(quote(segment, safe="") for segment in segments))) + mark + query
