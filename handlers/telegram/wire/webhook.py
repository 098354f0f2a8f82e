"""Updates by being called: one route, whose answer 200 means that the update is on the disk."""

import hmac
import logging
from typing import Final

from aiohttp import web

from bot.domain.errors import StoreError
from handlers.telegram.wire.inbox import Inbox, Unreadable, read
from handlers.web import read_body

log = logging.getLogger(__name__)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name, not a secret
BIGGEST_BODY: Final = 256 * 1024


class Webhook:
    """Telegram calls `path`; whoever does not know `secret` learns nothing."""

    def __init__(self, inbox: Inbox, *, path: str, secret: str) -> None:
        self._inbox = inbox
        self._path = path
        self._secret = secret.encode()
        self.refused = 0

    def route(self) -> web.RouteDef:
        return web.post(self._path, self._take)

    async def _take(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            self.refused += 1
            raise web.HTTPForbidden
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        body = await read_body(request, BIGGEST_BODY)
        try:
            await self._inbox.take([read(body)], [body])
        except Unreadable as error:
            log.warning("the webhook was sent something else: %s", error)
            raise web.HTTPBadRequest from None
        except StoreError as error:
            log.warning("an update cannot be stored now: %s", error)
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "1"}) from None
        return web.Response()
