"""The reading process: asks a partner for its list and reads it, so that the bot goes on answering drivers meanwhile.

`python -m data.ocpi.worker` takes an Order on standard input and ends with it, or when the bot is gone. It holds one
page at a time, touches no database and knows no secret but the one token it was given.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from typing import Final

from bot.domain.errors import PartnerError
from bot.domain.ids import ChargeId, TokenUid
from bot.ocpi.headers import Route
from data.ocpi.client import Access, OcpiClient
from data.ocpi.messages import End, Failed, Got, Order, Page, Want, Writer, hear, say
from data.ocpi.reader import LocationReader

_KINDER_BY: Final = 5


class _RequestIds:
    """Names for requests; charges are not begun here."""

    def secret(self) -> str:
        return os.urandom(16).hex()

    def charge_id(self) -> ChargeId:
        raise NotImplementedError

    def token_uid(self) -> TokenUid:
        raise NotImplementedError


async def read_list(order: Order, reader: asyncio.StreamReader, writer: Writer) -> None:
    """Page by page: a glance at each object, and whole those that the bot wants."""
    route = None if order.route is None else Route(*order.route)
    access = Access(order.token, order.base64_tokens, route)
    locations = LocationReader(order.partner_id, order.parties, order.version)
    async with OcpiClient(_RequestIds(), allow_private=order.allow_private) as client:
        async for page in client.unread_pages(order.url, access):
            await say(writer, Page(locations.marks(page.items)))
            match await hear(reader):
                case Want(places, received_at):
                    wanted = [page.items[place] for place in places]
                    await say(writer, Got(locations.read(wanted, received_at)))
                case _:
                    return


@contextlib.asynccontextmanager
async def _standard_streams() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    incoming, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    outgoing, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
    try:
        yield reader, asyncio.StreamWriter(outgoing, protocol, None, loop)
    finally:
        incoming.close()
        outgoing.close()


async def serve() -> None:
    async with _standard_streams() as (reader, writer):
        try:
            order = await hear(reader)
            if isinstance(order, Order):
                await read_list(order, reader, writer)
                await say(writer, End())
        except PartnerError as error:
            await say(writer, Failed.of(error))
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the bot is gone, or wants no more


if __name__ == "__main__":
    os.nice(_KINDER_BY)
    asyncio.run(serve())
