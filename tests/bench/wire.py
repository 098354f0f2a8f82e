"""The other side of a bot under load: a fast, forgetful Bot API, and a webhook client. They cost as little as they can."""

import asyncio
from collections.abc import Callable

import orjson

SECRET = "bench-secret"
PATH = "/hook"
_ME = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_MESSAGE = {
    "message_id": 2,
    "from": _ME,
    "chat": {"id": 7, "type": "private", "first_name": "Driver"},
    "date": 1_772_452_800,
    "text": "You said: hello",
}


def _response(result: object) -> bytes:
    body = orjson.dumps({"ok": True, "result": result})
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


_ANSWERS = {b"getMe": _response(_ME), b"sendMessage": _response(_MESSAGE)}
_TRUE = _response(True)  # noqa: FBT003  it is the result


class Exchange(asyncio.Protocol):
    """Splits a stream of HTTP messages with a Content-Length into head and body."""

    def __init__(self, on_message: Callable[[asyncio.Transport, bytes], None]) -> None:
        self._on_message = on_message
        self._pending = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while (end := self._pending.find(b"\r\n\r\n")) >= 0:
            head = self._pending[:end]
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._pending) < end + 4 + length:
                return
            self._pending = self._pending[end + 4 + length :]
            self._on_message(self.transport, head)


async def serve_api(on_reply: Callable[[], None]) -> asyncio.Server:
    """A Bot API that says yes; `on_reply` is called for every sendMessage."""

    def answer(transport: asyncio.Transport, head: bytes) -> None:
        method = head.split(b" ", 2)[1].rpartition(b"/")[2]
        transport.write(_ANSWERS.get(method, _TRUE))
        if method == b"sendMessage":
            on_reply()

    return await asyncio.get_running_loop().create_server(lambda: Exchange(answer), "127.0.0.1", 0)


def update(number: int, chats: int) -> bytes:
    """The whole request of one text message."""
    chat = 1000 + number % chats
    person = {"id": chat, "first_name": "Driver", "language_code": "en"}
    body = orjson.dumps(
        {
            "update_id": number,
            "message": {
                "message_id": number,
                "from": {**person, "is_bot": False},
                "chat": {**person, "type": "private"},
                "date": 1_772_452_800,
                "text": f"hello {number}",
            },
        }
    )
    return (
        b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: %s\r\nContent-Length: %d\r\n\r\n%s"
    ) % (PATH.encode(), SECRET.encode(), len(body), body)


class Load:
    """Posts updates on as many connections as may be unanswered at once; each is free again when its reply came."""

    def __init__(self, port: int, chats: int) -> None:
        self._port = port
        self._chats = chats
        self._transports: list[asyncio.Transport] = []
        self._next = 1
        self._left = 0
        self._unanswered = 0
        self._done = asyncio.Event()
        self.refused = 0

    async def connect(self, in_flight: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(in_flight):
            _, protocol = await loop.create_connection(lambda: Exchange(self._answered), "127.0.0.1", self._port)
            self._transports.append(protocol.transport)

    async def run(self, updates: int) -> None:
        """Post so many updates and wait for the reply to each."""
        self._left = self._unanswered = updates
        self._done.clear()
        for transport in self._transports:
            self._post(transport)
        await self._done.wait()

    def replied(self) -> None:
        self._unanswered -= 1
        if self._unanswered == 0:
            self._done.set()
        else:
            self._post(self._transports[self._unanswered % len(self._transports)])

    def _post(self, transport: asyncio.Transport) -> None:
        if self._left:
            self._left -= 1
            transport.write(update(self._next, self._chats))
            self._next += 1

    def _answered(self, _: asyncio.Transport, head: bytes) -> None:
        self.refused += b" 200" not in head.split(b"\r\n", 1)[0]
