"""How we stand with Telegram, for the people who run the bot: token, updates, inline mode, group, and the clock."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from pydantic import SecretStr
from telegram.error import InvalidToken, TelegramError

from bot.domain.finding import Finding, Findings
from bot.ports import Clock
from bot.settings import Polling, Webhook
from handlers.telegram.wire.request import AiohttpRequest

MOST_SKEW: Final = timedelta(seconds=5)
"""Beyond it, moments that operators tell and our own cannot be compared."""

MOST_WAITING: Final = 500
PATIENCE: Final = aiohttp.ClientTimeout(total=10)


class Checkup:
    """Asks Telegram about us and changes nothing; it takes no updates from a bot that runs."""

    def __init__(self, api: str, token: SecretStr, mode: Polling | Webhook, group_id: int | None, clock: Clock) -> None:
        self._api = api
        self._token = token.get_secret_value()
        self._mode = mode
        self._group_id = group_id
        self._clock = clock
        self._request = AiohttpRequest()

    async def look(self) -> Findings:
        if not self._token:
            yield Finding(
                "token", "CHARGEBOT_TELEGRAM_TOKEN is not set; ask @BotFather for a bot and write it there", wrong=True
            )
            return
        await self._request.initialize()
        try:
            us = await self._call("getMe")
            yield Finding("token", f"we are @{us['username']}")
            yield _inline(us)
            yield _updates(await self._call("getWebhookInfo"), self._mode)
            if self._group_id is not None:
                yield await self._group(self._group_id, us["id"])
        except InvalidToken:
            yield Finding(
                "token",
                "Telegram does not know it: set CHARGEBOT_TELEGRAM_TOKEN to the one that @BotFather gave you",
                wrong=True,
            )
        except TelegramError as error:
            yield Finding(
                "telegram",
                f"{self._api} does not answer as it should ({error.message}): look at the line, "
                "the firewall, or CHARGEBOT_TELEGRAM_API_URL",
                wrong=True,
            )
        finally:
            await self._request.shutdown()

    async def _group(self, chat_id: int, us: int) -> Finding:
        try:
            chat = await self._call("getChat", chat_id=chat_id)
            member = await self._call("getChatMember", chat_id=chat_id, user_id=us)
        except TelegramError as error:
            return Finding(
                "group",
                f"we are not in the group {chat_id} ({error.message}): invite the bot there, or correct "
                "CHARGEBOT_SUPPORT_CHAT_ID",
                wrong=True,
            )
        if not chat.get("is_forum"):
            return Finding("group", "it has no topics: switch on Topics in the settings of the group", wrong=True)
        if not member.get("can_manage_topics"):
            return Finding(
                "group", "we may not manage topics: make the bot an administrator who may Manage Topics", wrong=True
            )
        return Finding("group", f"{chat.get('title', chat_id)}, with topics that we may manage")

    async def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self._request.call(f"{self._api}/bot{self._token}/{method}", parameters)
        return answer

    async def skew(self) -> Findings:
        try:
            async with (
                aiohttp.ClientSession(timeout=PATIENCE) as session,
                session.get(self._api, allow_redirects=False) as answer,
            ):
                told = answer.headers.get("Date")
        except (aiohttp.ClientError, TimeoutError):
            told = None
        if told is None:
            yield Finding(
                "clock", "nobody could be asked what time it is; look again once Telegram answers", wrong=True
            )
            return
        off = abs(self._clock.now() - parsedate_to_datetime(told))
        if off > MOST_SKEW:
            yield Finding(
                "clock",
                f"it is {off.total_seconds():.0f} s off: keep it right with NTP (timedatectl set-ntp true)",
                wrong=True,
            )
        else:
            yield Finding("clock", f"right within {MOST_SKEW.seconds} s")


def _inline(us: Mapping[str, Any]) -> Finding:
    if us.get("supports_inline_queries"):
        return Finding("inline mode", "on")
    return Finding("inline mode", "off: send /setinline and /setinlinegeo to @BotFather", wrong=True)


def _updates(info: Mapping[str, Any], mode: Polling | Webhook) -> Finding:
    url, waiting = info.get("url", ""), info.get("pending_update_count", 0)
    if isinstance(mode, Webhook):
        if url != mode.url:
            return Finding("updates", "Telegram calls another address: start the bot, it tells ours anew", wrong=True)
        if trouble := info.get("last_error_message"):
            return Finding("updates", f"Telegram could not call us lately ({trouble}): look at the proxy", wrong=True)
    elif url:
        return Finding("updates", "a webhook is set though we poll: start the bot, it takes it away", wrong=True)
    if waiting > MOST_WAITING:
        return Finding("updates", f"{waiting} are waiting: is the bot running? its log says what keeps it", wrong=True)
    return Finding(
        "updates", f"{'called by Telegram' if isinstance(mode, Webhook) else 'asked for by us'}, {waiting} waiting"
    )
