"""Updates by asking for them: the offset moves on only when all it leaves behind is on the disk."""

import logging
from typing import Final

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.domain.errors import StoreError
from bot.ports import Clock
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.inbox import Inbox

log = logging.getLogger(__name__)

LONG_POLL: Final = 30
"""Seconds; the server takes at most 50."""

PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0)


class TokenRefused(Exception):
    """Telegram does not know our token: nothing can work until it is set right."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram refuses the bot token: set CHARGEBOT_TELEGRAM_TOKEN to the one that @BotFather gave you"
        )


class Poller:
    """Asks for updates until it is cancelled."""

    def __init__(self, bot: Bot, inbox: Inbox, clock: Clock, allowed: tuple[str, ...]) -> None:
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._allowed = allowed
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Poll for ever.

        Raises:
            TokenRefused: Telegram no longer knows the token.

        """
        while True:
            try:
                await self._once()
            except InvalidToken:
                raise TokenRefused from None
            except TimedOut:
                log.debug("a long poll ended without an answer")
            except RetryAfter as error:
                await self._pause("Telegram asks for a pause", error)
            except Conflict as error:
                await self._pause("another program takes this bot's updates; stop it, or use another bot", error)
            except TelegramError as error:
                await self._pause("Telegram cannot be reached", error)
            except StoreError as error:
                await self._pause("updates cannot be stored", error)
            else:
                self._failures = 0

    async def _once(self) -> None:
        try:
            updates = await self._bot.poll(offset=self._offset, seconds=LONG_POLL, allowed=self._allowed)
        except Conflict as error:
            if "webhook is active" not in error.message.lower():
                raise
            log.info("a webhook was left behind by an earlier way of running; it is taken away")
            await self._bot.call("deleteWebhook")
            return
        if updates:
            await self._inbox.take(updates)
            self._offset = max(update["update_id"] for update in updates) + 1

    async def _pause(self, what: str, error: Exception) -> None:
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        log.warning("%s (%s); trying again in %g s", what, error, pause)
        await self._clock.sleep(pause)
