"""Registration data: who we are, who a peer says it is, which addresses both publish (2.2.1 credentials, versions)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from bot.domain.ids import Party
from bot.domain.network import Endpoint
from bot.ocpi.headers import usable_token
from bot.ocpi.paths import THEIR_ROLE, Module, Role
from bot.ocpi.reader import Fields, Notes
from bot.ocpi.wire import without_none

EMSP: Final = "EMSP"
CPO: Final = "CPO"
HUB: Final = "HUB"
_HUB_PARTY_LENGTH: Final = 5
_ROLES: Final = {str(module): str(role) for module, role in THEIR_ROLE.items()}


@dataclass(frozen=True, slots=True)
class Provider:
    """Us: an e-mobility service provider, and where peers reach us."""

    party: Party
    business_name: str
    public_url: str


@dataclass(frozen=True, slots=True)
class CredentialsRole:
    """One party behind a credential and what it is there: CPO, EMSP, HUB, or a word of later versions."""

    role: str
    party: Party
    business_name: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token for the other side to use, the versions URL it is for, and the parties behind it; `hub` if it is one."""

    url: str
    roles: tuple[CredentialsRole, ...]
    token: str = field(repr=False)
    hub: Party | None = None

    @property
    def name(self) -> str:
        """What to call the peer: its first business name, else its first party."""
        named = (role.business_name for role in self.roles if role.business_name)
        return next(named, str(self.roles[0].party) if self.roles else self.url)

    @property
    def operators(self) -> tuple[Party, ...]:
        """The parties that run charge points; of a hub that lists only itself, the hub."""
        of_role = {word: tuple(r.party for r in self.roles if r.role == word) for word in (CPO, HUB)}
        return of_role[CPO] or of_role[HUB]


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One line of a versions document."""

    version: str
    url: str


def read_credentials(raw: object, notes: Notes) -> Credentials:
    """Read a Credentials object; one without `roles` (2.1.1) is a single CPO.

    Raises:
        InvalidParameters: no usable token, URL or role.

    """
    fields = Fields.of(raw, notes)
    token, url = fields.text("token", 64), fields.text("url")
    if token is None or not usable_token(token):
        raise fields.missing("token")
    if url is None or not _address(url):
        raise fields.missing("url")
    roles = fields.each("roles", _read_role) if "roles" in fields.raw else (_read_role(fields),)
    if not roles:
        raise fields.missing("roles")
    return Credentials(url, roles, token, _hub(fields, roles))


def _hub(fields: Fields, roles: tuple[CredentialsRole, ...]) -> Party | None:
    """The hub's own party: a role in 2.2.1, a field of five letters in 2.3.0, whose roles are the parties behind it."""
    told = fields.text("hub_party_id", 5)
    if told is not None and len(told) == _HUB_PARTY_LENGTH:
        return Party.of(told[:2], told[2:])
    return next((role.party for role in roles if role.role == HUB), None)


def _read_role(fields: Fields) -> CredentialsRole:
    country, party_id = fields.text("country_code", 2), fields.text("party_id", 3)
    if not country or not party_id:
        raise fields.missing("party_id")
    details = fields.child("business_details")
    name = details.text("name", 100) if details else None
    return CredentialsRole(fields.word("role") or CPO, Party.of(country, party_id), name or "")


def write_credentials(us: Provider, token: str, url: str) -> dict[str, Any]:
    """Our Credentials: the token the peer shall use on us, and our versions URL."""
    role = {
        "role": EMSP,
        "business_details": {"name": us.business_name[:100]},
        "party_id": us.party.party_id,
        "country_code": us.party.country_code,
    }
    return {"token": token, "url": url, "roles": [role]}


def read_versions(raw: object, notes: Notes) -> tuple[VersionLink, ...]:
    """Read the list of a versions document; entries without version or address are left out."""
    return Fields({"versions": raw}, notes).each("versions", _read_version)


def _read_version(fields: Fields) -> VersionLink:
    version, url = fields.text("version"), fields.text("url")
    if not version or not url or not _address(url):
        raise fields.missing("version" if not version else "url")
    return VersionLink(version, url)


def write_versions(links: Iterable[VersionLink]) -> list[dict[str, str]]:
    return [{"version": link.version, "url": link.url} for link in links]


def read_details(raw: object, notes: Notes) -> tuple[Endpoint, ...]:
    """Read version details into endpoints keyed by (identifier, role).

    `credentials` gets the role SENDER whatever was written, since it means nothing there. Where no role is written,
    as in 2.1.1, it is the one that an operator has.

    Raises:
        InvalidParameters: it is no object.

    """
    found = Fields.of(raw, notes).each("endpoints", _read_endpoint)
    return tuple({(e.identifier, e.role): e for e in reversed(found)}.values())[::-1]


def _read_endpoint(fields: Fields) -> Endpoint:
    identifier, url = fields.text("identifier"), fields.text("url")
    if not identifier or not url or not _address(url):
        raise fields.missing("identifier" if not identifier else "url")
    identifier = identifier.lower()
    role = str(Role.SENDER) if identifier == Module.CREDENTIALS else fields.word("role") or _ROLES.get(identifier)
    if not role:
        raise fields.missing("role")
    return Endpoint(identifier, role, url)


def write_details(version: str, endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    return {
        "version": version,
        "endpoints": [without_none({"identifier": e.identifier, "role": e.role, "url": e.url}) for e in endpoints],
    }


def _address(url: str) -> bool:
    return url.lower().startswith(("https://", "http://")) and not any(c.isspace() for c in url)
