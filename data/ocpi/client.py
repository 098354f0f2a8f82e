"""The one way to ask a partner: `request()`. It asks once, is led on only within one server, and says what is certain.

PartnerError
├── NotSent         nothing of the request can have reached the partner (or a hub says it did not pass it on)
│   └── AccessRevoked   401: it reached someone who no longer knows us
├── Unclear         anything else that is no answer: it may have acted
│   └── PeerFailed      it says so itself, with an OCPI code of 3000 and above
└── PeerSaidNo      an answer, and it is no
Whatever is not a GET goes over a connection of its own: one kept open may be closed by the partner in the moment we
write to it, and then nobody can tell whether the request was read.
"""

import logging
import re
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import aiohttp
from msgspec import Raw
from yarl import URL

from bot.domain.errors import AccessRevoked, NotSent, PartnerError, Unclear, Why
from bot.domain.ids import Party
from bot.domain.network import Partner
from bot.ocpi.envelope import Envelope, read_envelope, unread_list
from bot.ocpi.errors import OcpiError, StatusCode
from bot.ocpi.headers import TOTAL_COUNT, Route, Trace, authorization, next_link
from bot.ocpi.versions import translation
from bot.ocpi.wire import LARGEST, write_json
from bot.ports import Ids
from data.ocpi.guard import PORTS, AddressRefused, checked_url, guarded_connector

MOST_PAGES: Final = 10_000
MOST_REDIRECTS: Final = 2
_OFFSET: Final = re.compile(r"[?&]offset=([0-9]{1,9})(?:&|$)")
_CHUNK: Final = 64 * 1024
_NOT_DELIVERED: Final = frozenset({StatusCode.UNKNOWN_RECEIVER, StatusCode.NOT_CONNECTED})

log = logging.getLogger(__name__)


class PeerFailed(Unclear):
    """The partner answered that it failed, and with which OCPI code."""

    def __init__(self, text: str, status_code: int) -> None:
        super().__init__(text)
        self.status_code = status_code


class PeerSaidNo(PartnerError):
    """The partner answered, and the answer is no; `stated` tells whether the OCPI code is its own."""

    why = Why.REJECTED

    def __init__(self, http_status: int, envelope: Envelope) -> None:
        super().__init__(f"HTTP {http_status}, OCPI {envelope.status_code}: {envelope.message or 'no reason given'}")
        self.http_status = http_status
        self.status_code = envelope.status_code
        self.message = envelope.message
        self.stated = envelope.stated

    @property
    def unknown_object(self) -> bool:
        """Whether it says that what we named does not exist, rather than that nothing is served there."""
        return self.stated and (self.http_status == 404 or self.status_code == StatusCode.UNKNOWN_LOCATION)  # noqa: PLR2004  HTTP


@dataclass(frozen=True, slots=True)
class Access:
    """How we are let in by a peer; `route` None for versions and credentials, which are not routed."""

    token: str = field(repr=False)
    base64_tokens: bool = True
    route: Route | None = None

    @classmethod
    def to(cls, partner: Partner, us: Party, party: Party | None = None) -> Self:
        """Access to a functional module, routed to `party`, else to the hub for all behind it, or the only party."""
        everybody = partner.hub or (partner.parties[0] if len(partner.parties) == 1 else None)
        route = Route(us, party or everybody) if translation(partner.version).routed else None
        return cls(partner.their_token, partner.base64_tokens, route)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until we stop waiting: for a connection, and for the whole answer."""

    connect: float = 10
    total: float = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer: its data (None when absent), where the next page is, and of how many objects it is said to be."""

    http_status: int
    envelope: Envelope
    link: str | None = None
    total: int = 0

    @property
    def data(self) -> Any:
        return self.envelope.data

    @property
    def one(self) -> Any:
        """The data that must be one object, even where a partner writes it as a list of one."""
        data = self.envelope.data
        return data[0] if isinstance(data, list) and len(data) == 1 else data


class OcpiClient:
    """Made inside a running loop, closed by `close()` or by leaving its context."""

    def __init__(
        self,
        ids: Ids,
        *,
        allow_private: bool = False,
        ports: Collection[int] = PORTS,
        patience: Patience | None = None,
        largest: int = LARGEST,
    ) -> None:
        self._ids = ids
        self._allow_private = allow_private
        self._ports = ports
        self._largest = largest
        patience = patience or Patience()
        timeout = aiohttp.ClientTimeout(total=patience.total, sock_connect=patience.connect)
        self._kept = _session(timeout, allow_private=allow_private, fresh=False)
        self._fresh = _session(timeout, allow_private=allow_private, fresh=True)

    @property
    def allow_private(self) -> bool:
        return self._allow_private

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._kept.close()
        await self._fresh.close()

    async def request(
        self,
        method: str,
        url: str,
        access: Access,
        body: object = None,
        *,
        params: Mapping[str, str] | None = None,
        correlation_id: str = "",
        unread: bool = False,
    ) -> Reply:
        """Ask once; `body` None sends none. `unread` leaves the objects of a list as the bytes they came in.

        Raises:
            NotSent, AccessRevoked, Unclear, PeerSaidNo: as at the top of this file.

        """
        try:
            address = checked_url(url, allow_private=self._allow_private, ports=self._ports)
        except AddressRefused as error:
            raise NotSent(f"{_short(url)} is not asked: {error}") from None
        return await self._send(
            method, address.extend_query(params) if params else address, access, body, correlation_id, unread=unread
        )

    async def pages(
        self, url: str, access: Access, params: Mapping[str, str] | None = None
    ) -> AsyncGenerator[list[Any]]:
        """The items of a list, page by page, for as long as a Link says next. An item may come on two pages.

        Where no Link leads on though X-Total-Count says that there is more, the rest is asked for by offset; a partner
        that does not know offsets has shown all it will.

        Raises:
            PartnerError: a page could not be had, or the Link leads to another host, in a circle, or on for ever.

        """
        async for page in self._pages(url, access, params, unread=False):
            yield page.items

    async def unread_pages(
        self, url: str, access: Access, params: Mapping[str, str] | None = None
    ) -> AsyncGenerator["UnreadPage"]:
        """As `pages`, each object as the bytes it came in: whoever knows them already need not read them."""
        async for page in self._pages(url, access, params, unread=True):
            yield UnreadPage([_bytes(item) for item in page.items], page.here, page.following)

    async def _pages(
        self, url: str, access: Access, params: Mapping[str, str] | None, *, unread: bool
    ) -> AsyncGenerator["_Page"]:
        seen: set[str] = set()
        following: str | None = url
        count, guessed, before = _offset(url), False, None
        while following is not None:
            if following in seen or len(seen) >= MOST_PAGES:
                raise PartnerError(f"{_short(url)}: the pages go round in a circle or on for ever")
            seen.add(following)
            try:
                reply = await self.request("GET", following, access, params=params, unread=unread)
            except PeerSaidNo:
                if guessed:
                    return
                raise
            here = _with_query(following, params)
            params = None
            following = _next_page(reply.link, following) if reply.link else None
            items = _items(reply.data)
            if guessed and (not items or items[0] == before):
                return
            count += len(items)
            guessed = following is None and bool(items) and count < reply.total
            if guessed:
                before, following = items[0], str(URL(here).update_query(offset=count))
            yield _Page(items, here, following)

    async def _send(
        self, method: str, url: URL, access: Access, body: object, correlation_id: str, *, unread: bool
    ) -> Reply:
        trace = Trace(self._ids.secret(), correlation_id or self._ids.secret())
        session = self._kept if method == "GET" else self._fresh
        name = f"{method} {_short(str(url))}"
        for led_on in range(MOST_REDIRECTS + 1):
            try:
                async with session.request(
                    method,
                    url,
                    data=None if body is None else write_json(body),
                    headers=_headers(access, trace, has_body=body is not None),
                    allow_redirects=False,
                ) as response:
                    content = await self._content(response)
            except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
                raise NotSent(f"{name}: {_said(error)}") from None
            except (TimeoutError, aiohttp.ClientError, OSError, _TooMuch) as error:
                raise Unclear(f"{name}: {_said(error)}") from None
            log.debug("%s: HTTP %d, request %s", name, response.status, trace.request_id)
            further = _redirected(method, url, response) if led_on < MOST_REDIRECTS else None
            if further is None:
                break
            url = further
        return _judged(name, response, content, access.token, unread=unread)

    async def _content(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > self._largest:
                raise _TooMuch(f"the answer is larger than {self._largest} bytes")
        return bytes(content)


class _TooMuch(Exception):
    """An answer without end."""


@dataclass(frozen=True, slots=True)
class _Page:
    items: list[Any]
    here: str
    following: str | None


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """The objects of a page as bytes, its own address, and that of the next."""

    items: list[bytes]
    here: str
    following: str | None


def _bytes(item: object) -> bytes:
    return bytes(item) if isinstance(item, Raw) else write_json(item)


def _session(timeout: aiohttp.ClientTimeout, *, allow_private: bool, fresh: bool) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=guarded_connector(allow_private=allow_private, fresh=fresh),
        cookie_jar=aiohttp.DummyCookieJar(),
        middlewares=(_once,) if fresh else (),
        timeout=timeout,
        trust_env=False,
        headers={"User-Agent": "chargebot", "Accept": "application/json"},
    )


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep the library from sending PUT and DELETE again when a connection breaks: it does so for these errors only."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(f"the connection broke: {error}") from error


def _headers(access: Access, trace: Trace, *, has_body: bool) -> dict[str, str]:
    headers = {"Authorization": authorization(access.token, base64_tokens=access.base64_tokens)} | trace.headers()
    if access.route is not None:
        headers |= access.route.headers()
    if has_body:
        headers["Content-Type"] = "application/json"
    return headers


def _judged(name: str, response: aiohttp.ClientResponse, content: bytes, token: str, *, unread: bool = False) -> Reply:
    """What an answer means; the HTTP status counts where there is no envelope to read."""
    status = response.status
    if status == 401:  # noqa: PLR2004  HTTP
        raise AccessRevoked(f"{name}: HTTP 401")
    try:
        envelope = (unread_list(content) if unread else None) or read_envelope(content, status)
    except OcpiError as error:
        if not _says_no(status):
            raise Unclear(f"{name}: HTTP {status}, {error.message}") from None
        envelope = Envelope(StatusCode.CLIENT_ERROR)
    envelope = _without_secret(envelope, token)
    code = envelope.status_code
    if code in _NOT_DELIVERED:
        raise NotSent(f"{name}: the hub did not pass it on: OCPI {code}")
    if envelope.success and status // 100 == 2:  # noqa: PLR2004  HTTP
        return Reply(status, envelope, next_link(response.headers.get("Link")), _total(response.headers))
    if code // 1000 in {1, 2} and (_says_no(status) or (status // 100 == 2 and code // 1000 == 2)):  # noqa: PLR2004  HTTP and OCPI
        raise PeerSaidNo(status, envelope)
    raise PeerFailed(f"{name}: HTTP {status}, OCPI {code} {envelope.message}".rstrip(), code)


def _total(headers: Mapping[str, str]) -> int:
    told = headers.get(TOTAL_COUNT, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 0  # noqa: PLR2004  no milliard


def _says_no(status: int) -> bool:
    """Whether an HTTP status means that nothing was done: 408 does not, the partner only grew tired."""
    return status // 100 == 4 and status != 408  # noqa: PLR2004  HTTP


def _without_secret(envelope: Envelope, token: str) -> Envelope:
    """A partner may tell us our own token in its message, and messages are written down."""
    message = envelope.message
    for secret in (token, authorization(token, base64_tokens=True).removeprefix("Token ")):
        message = message.replace(secret, "…") if secret else message
    return Envelope(envelope.status_code, envelope.data, message, envelope.stated)


def _with_query(url: str, params: Mapping[str, str] | None) -> str:
    return str(checked_url(url, allow_private=True).extend_query(params)) if params else url


def _offset(url: str) -> int:
    """How many objects come before this page, by its own address."""
    told = _OFFSET.search(url)
    return int(told[1]) if told else 0


def _items(data: Any) -> list[Any]:
    if data is None:
        return []
    return data if isinstance(data, list) else [data]


def _next_page(link: str, current: str) -> str:
    """The address of the next page, letter for letter; it must be where the current one is."""
    there = _same_server(link, URL(current))
    if there is None:
        raise PartnerError(f"{_short(current)}: the next page is said to be somewhere else")
    return str(there)


def _redirected(method: str, url: URL, response: aiohttp.ClientResponse) -> URL | None:
    """Where the same server wants to be asked instead, as many do for a slash at the end.

    Nothing was done yet, so a command may be led on as well; but not by words that would make a GET of it.
    """
    keeps_method = response.status in {307, 308} or (method == "GET" and response.status in {301, 302})
    location = response.headers.get("Location", "")
    return _same_server(location, url) if keeps_method and location else None


def _same_server(link: str, here: URL) -> URL | None:
    """Where a link leads, letter for letter; None where that is not the server it comes from.

    A partner behind a proxy may call itself http where it is known by https: it is asked by https.
    """
    try:
        there = URL(link, encoded=True) if link.startswith(("http://", "https://")) else here.join(URL(link))
        if there.scheme == "http" and here.scheme == "https" and there.explicit_port in {None, 80}:
            there = there.with_port(None).with_scheme("https")
        same = (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)
    except ValueError:
        return None
    return there if same else None


def _short(url: str) -> str:
    """An address as it may be written down: without what a query may hold."""
    return url.partition("?")[0][:200]


def _said(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return str(error.os_error) or type(error.os_error).__name__
    return str(error)[:200] or type(error).__name__
