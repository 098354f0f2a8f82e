"""The address guard: whatever is dialled for a partner must be a public address, judged at the moment of dialling.

A name is resolved by the partner's own DNS, so only the address about to be dialled counts; the connector asks for
its socket here. It may be lifted for a pretend world on this machine, and for nothing else.
"""

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Final

import aiohttp
from yarl import URL

PORTS: Final = frozenset({443, 8443})
"""Where partners may be dialled."""

_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
_NOBODY_LIVES_THERE: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # 6to4 relays
            "2001::/23",  # protocol assignments, Teredo among them
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",  # documentation, which older Pythons take for public
        ),
    )
)
_PLAIN: Final = re.compile(r"[!-~]+")

AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]


class AddressRefused(OSError):
    """An address that a partner has no business to send us to."""


def is_public(address: str) -> bool:
    """Whether an address is on the public internet, and no door to another one that is not.

    Not so: private, loopback, link-local, multicast, reserved, IPv4 in IPv6 (mapped, NAT64, 6to4).
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if ip.version == 6 and ip not in _GLOBAL_UNICAST:  # noqa: PLR2004  IPv6
        return False
    return not any(ip in network for network in _NOBODY_LIVES_THERE)


def checked_url(url: str, *, allow_private: bool, ports: Collection[int] = PORTS) -> URL:
    """A URL of a partner, kept letter for letter where that is possible.

    Raises:
        AddressRefused: no absolute URL, not https, with a user name in it, or at a port that is not ours to dial.

    """
    try:
        parsed = URL(url, encoded=bool(_PLAIN.fullmatch(url)))
        host, port = parsed.host, parsed.port
        (host or "").encode("idna")
    except (ValueError, TypeError) as error:
        raise AddressRefused(f"no usable URL: {error}") from None
    if not host or port is None or parsed.user is not None or parsed.password is not None:
        raise AddressRefused("no usable URL")
    if allow_private:
        if parsed.scheme not in {"http", "https"}:
            raise AddressRefused(f"{parsed.scheme} is neither http nor https")
        return parsed
    if parsed.scheme != "https":
        raise AddressRefused("only https is allowed")
    if port not in ports:
        raise AddressRefused(f"port {port} is not allowed")
    return parsed


def guarded_connector(*, allow_private: bool, fresh: bool = False) -> aiohttp.TCPConnector:
    """A connector that dials public addresses only; `fresh` ones use a new connection for every request."""
    return aiohttp.TCPConnector(
        socket_factory=_any_socket if allow_private else _public_socket,
        force_close=fresh,
        limit=100,
        limit_per_host=20,
    )


def _any_socket(info: AddressInfo) -> socket.socket:
    family, kind, proto, _, _ = info
    return socket.socket(family, kind, proto)


def _public_socket(info: AddressInfo) -> socket.socket:
    address = info[4][0]
    if not is_public(str(address)):
        raise AddressRefused(f"{address} is not a public address")
    return _any_socket(info)
