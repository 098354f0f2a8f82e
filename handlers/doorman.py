"""Who may hold a connection to us, and for how long without saying anything: the server itself would wait for ever.

A connection that does not finish the head of its first request in time is closed, be it silent or slow; one address
holds so many and no more. A proxy on this machine speaks for many and is counted in the total only.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

log = logging.getLogger(__name__)

END_OF_HEAD: Final = b"\r\n\r\n"
LONGEST_HEAD: Final = 64 * 1024
OURSELVES: Final = frozenset({"127.0.0.1", "::1", ""})


@dataclass(frozen=True, slots=True)
class Limits:
    """Connections at a time, and seconds for the head of the first request; `proxies` are not counted one by one."""

    per_address: int = 100
    in_all: int = 2000
    head_within: float = 10
    proxies: frozenset[str] = OURSELVES


class _Inner(Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None: ...
    def data_received(self, data: bytes) -> None: ...
    def eof_received(self) -> bool | None: ...
    def pause_writing(self) -> None: ...
    def resume_writing(self) -> None: ...
    def connection_lost(self, exc: Exception | None) -> None: ...


class Doorman:
    """Stands before a server's protocols: `doorman(server)` makes the factory to listen with."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.turned_away = 0
        self._held: Counter[str] = Counter()
        self._in_all = 0

    def __call__(self, server: Callable[[], _Inner]) -> Callable[[], asyncio.Protocol]:
        return lambda: _Watched(self, server)

    def let_in(self, address: str) -> bool:
        counted = address not in self.limits.proxies
        if self._in_all >= self.limits.in_all or (counted and self._held[address] >= self.limits.per_address):
            if not self.turned_away % 100:
                log.warning("%s holds too many connections, or all together do; more are refused", address)
            self.turned_away += 1
            return False
        self._held[address] += 1
        self._in_all += 1
        return True

    def let_out(self, address: str) -> None:
        self._in_all -= 1
        self._held[address] -= 1
        if not self._held[address]:
            del self._held[address]


class _Watched(asyncio.Protocol):
    """One connection: the server's own protocol, made when it is let in, with an eye on its first head."""

    def __init__(self, doorman: Doorman, server: Callable[[], _Inner]) -> None:
        self._doorman = doorman
        self._server = server
        self._inner: _Inner | None = None
        self._address = ""
        self._tail = b""
        self._read = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        name = transport.get_extra_info("peername")
        self._address = str(name[0]) if isinstance(name, tuple) and name else ""
        if not self._doorman.let_in(self._address):
            transport.close()
            return
        within = self._doorman.limits.head_within
        self._deadline = asyncio.get_running_loop().call_later(within, transport.close)
        self._inner = self._server()
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._deadline is not None:
            self._watch(data)
        if self._inner is not None:
            self._inner.data_received(data)

    def _watch(self, data: bytes) -> None:
        """The head is whole, or so long that the server refuses it by itself."""
        self._read += len(data)
        seen = self._tail + data
        self._tail = seen[-len(END_OF_HEAD) :]
        if self._deadline is not None and (END_OF_HEAD in seen or self._read > LONGEST_HEAD):
            self._deadline.cancel()
            self._deadline = None

    def eof_received(self) -> bool | None:
        return None if self._inner is None else self._inner.eof_received()

    def pause_writing(self) -> None:
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._inner is not None:
            self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._inner is not None:
            self._doorman.let_out(self._address)
            self._inner.connection_lost(exc)
