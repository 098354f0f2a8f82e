"""What the bot and its reading process say to each other: MessagePack messages, each with its length before it."""

import asyncio
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct, msgpack

from bot.domain.errors import AccessRevoked, NotSent, PartnerError, Unclear
from bot.domain.ids import PartnerId, Party
from data.ocpi.reader import Marked, Read

_LENGTH: Final = 4
LARGEST: Final = 256 * 1024 * 1024
_ERRORS: Final[dict[str, type[PartnerError]]] = {
    kind.__name__: kind for kind in (AccessRevoked, NotSent, Unclear, PartnerError)
}


class Order(Struct, tag=True):
    """Read this list of this partner, from this page to its last."""

    url: str
    token: str
    base64_tokens: bool
    route: tuple[Party | None, Party | None] | None
    partner_id: PartnerId
    parties: tuple[Party, ...]
    version: str
    allow_private: bool


class Page(Struct, tag=True):
    """A page has come; here is a glance at each of its objects."""

    marks: list[Marked]


class Want(Struct, tag=True):
    """Read these objects of it whole, by their places."""

    places: list[int]
    received_at: datetime


class Got(Struct, tag=True):
    """Here is what that gave."""

    read: Read


class Failed(Struct, tag=True):
    """The partner could not be asked, or not to the end; `kind` is the name of the error."""

    kind: str
    text: str

    @classmethod
    def of(cls, error: PartnerError) -> "Failed":
        return cls(next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS), str(error))

    @property
    def error(self) -> PartnerError:
        return _ERRORS.get(self.kind, PartnerError)(self.text)


class End(Struct, tag=True):
    """That was the last page."""


Message = Order | Page | Want | Got | Failed | End
_decoder: Final[msgpack.Decoder[Message]] = msgpack.Decoder(Message)


class Writer(Protocol):
    """What asyncio's StreamWriter has for this."""

    def write(self, data: bytes) -> None: ...
    async def drain(self) -> None: ...


async def say(writer: Writer, message: Message) -> None:
    body = msgpack.encode(message)
    writer.write(len(body).to_bytes(_LENGTH, "big") + body)
    await writer.drain()


async def hear(reader: asyncio.StreamReader) -> Message:
    """The next message.

    Raises:
        asyncio.IncompleteReadError: the other side is gone.

    """
    length = int.from_bytes(await reader.readexactly(_LENGTH), "big")
    if length > LARGEST:
        raise asyncio.IncompleteReadError(b"", length)
    return _decoder.decode(await reader.readexactly(length))
