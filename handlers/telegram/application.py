"""Telegram as one thing to start and stop: the framework's application inside, our inbox, lanes and desk around it."""

import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, cast

from aiohttp import web
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, BaseHandler, ContextTypes

from handlers.telegram.context import Context, Kit
from handlers.telegram.desk import Desk
from handlers.telegram.errors import note_failure
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.express import Express
from handlers.telegram.wire.inbox import Arrival, Inbox
from handlers.telegram.wire.lanes import Lanes
from handlers.telegram.wire.polling import PAUSES, Poller, TokenRefused
from handlers.telegram.wire.webhook import Webhook

log = logging.getLogger(__name__)

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member", "inline_query")
MOST_CONNECTIONS: Final = 100

Data = dict[Any, Any]


class ChargeApplication(Application[Bot, Context[Any], Data, Data, Data, None]):
    """The framework's application, with the kit that its contexts give to handlers."""

    def __init__(self, *, kit: Kit[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kit = kit


def build_application(bot: Bot, kit: Kit[Any], handlers: Iterable[BaseHandler[Any, Any, Any]]) -> ChargeApplication:
    """The framework's application with these handlers in this order; the first that wants an update gets it."""
    builder: Any = Application.builder().application_class(ChargeApplication, {"kit": kit})
    contexts: Any = ContextTypes(context=cast("Any", Context))
    application = builder.bot(bot).updater(None).job_queue(None).context_types(contexts).build()
    assert isinstance(application, ChargeApplication)
    application.add_handlers(list(handlers))
    application.add_error_handler(note_failure)
    return application


class Telegram:
    """Updates come in by `poll` or by the routes of `webhook`; both end in the same inbox."""

    def __init__(self, bot: Bot, kit: Kit[Any], handlers: Iterable[BaseHandler[Any, Any, Any]]) -> None:
        self._bot = bot
        self._kit = kit
        self.application = build_application(bot, kit, handlers)
        self._lanes: Lanes[Arrival] = Lanes(Desk(self.application, kit).work, kit.nursery, kit.clock.sleep)
        self.inbox = Inbox(
            kit.database,
            kit.clock,
            kit.nursery,
            self._hand_on,
            full=lambda: self._lanes.full,
            express=Express(self.application, kit).take,
        )

    async def start(self) -> None:
        """Greet Telegram, however long it takes to be reached, and take up what an earlier process left.

        Raises:
            TokenRefused: Telegram does not know the token.

        """
        await self._patiently(self.application.initialize)
        waiting = await self.inbox.resume()
        log.info("@%s is ready, %d updates were waiting", self._bot.username, waiting)

    async def poll(self) -> None:
        """Ask for updates until cancelled.

        Raises:
            TokenRefused: Telegram no longer knows the token.

        """
        await Poller(self._bot, self.inbox, self._kit.clock, ALLOWED_UPDATES).run()

    def webhook(self, path: str, secret: str) -> web.RouteDef:
        """The route that Telegram calls; serve it before `announce`."""
        return Webhook(self.inbox, path=path, secret=secret).route()

    async def announce(self, url: str, secret: str) -> None:
        """Tell Telegram where to call, however long it takes to be reached.

        Raises:
            BadRequest: Telegram does not like the address.

        """

        async def attempt() -> None:
            await self._bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=MOST_CONNECTIONS
            )

        await self._patiently(attempt)

    async def stop(self, within: float = 10.0) -> None:
        """Begin nothing new, end what has begun; what remains waits on the disk for the next start."""
        await self._lanes.drain(within)
        await self.application.shutdown()
        await self._bot.shutdown()

    async def _patiently(self, action: Callable[[], Awaitable[None]]) -> None:
        for pause in itertools.chain(PAUSES, itertools.repeat(PAUSES[-1])):
            try:
                return await action()
            except InvalidToken:
                raise TokenRefused from None
            except BadRequest:
                raise
            except TelegramError as error:
                log.warning("Telegram is not ready for us (%s); trying again in %g s", error, pause)
                await self._kit.clock.sleep(pause)
        return None

    def _hand_on(self, arrival: Arrival) -> None:
        self._lanes.add(arrival.row.lane, arrival)
