"""What Telegram shows of us before anybody writes: the menu of commands, and who we are, in every language we speak."""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.ports import Clock
from handlers.locales import ENGLISH, LANGUAGES
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.polling import PAUSES
from handlers.texts import Words, msg

log = logging.getLogger(__name__)

PRIVATE: Final[Mapping[str, str]] = {
    "start": msg("Begin, or see your charge"),
    "find": msg("Find a charging station"),
    "favourites": msg("Your favourite places"),
    "alerts": msg("Places watched until they are free"),
    "networks": msg("Networks where you can charge"),
    "passes": msg("Your charging passes"),
    "history": msg("Your charges and receipts"),
    "settings": msg("Language, quiet hours, cars, your data"),
    "help": msg("What to do when something goes wrong"),
    "support": msg("Talk to a person"),
}
"""Every command of the front door in a driver's own chat, in the order of the menu."""

GROUPS: Final[Mapping[str, str]] = {}
"""Likewise in groups."""

DESCRIPTION: Final = msg(
    "I start, watch and stop the charge of your electric car. "
    "Press Start, then share your location or type the number on the charge point."
)
SHORT: Final = msg("Start, watch and stop the charge of your electric car from a chat.")

_SCOPES: Final = {"all_private_chats": PRIVATE, "all_group_chats": GROUPS}
_TEXTS: Final = {"Description": ("description", DESCRIPTION), "ShortDescription": ("short_description", SHORT)}


def commands(words: Words, table: Mapping[str, str]) -> list[dict[str, str]]:
    """A menu as Telegram takes it."""
    return [{"command": name, "description": str(words(table[name]))} for name in table]


async def present(bot: Bot, clock: Clock) -> None:
    """Have Telegram show what we can do now, and change only what it shows otherwise; run it beside everything else."""
    changed = 0
    for name, key, wanted, place in _wanted():
        try:
            shown = await _patiently(bot, clock, f"getMy{name}", place)
            if (shown if name == "Commands" else shown[key]) != wanted:
                await _patiently(bot, clock, f"setMy{name}", {key: wanted, **place})
                changed += 1
        except TelegramError as error:
            log.warning("Telegram does not take our menu or description (%s): it shows the one before", error)
            return
    log.info("the menu is as it should be; %d parts of it were changed", changed)


def _wanted() -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """What to show, as the part's name, its parameter, its value, and for whom. English is for every other language."""
    for language in LANGUAGES:
        words = Words(language)
        whose = {} if language == ENGLISH else {"language_code": language}
        for scope, table in _SCOPES.items():
            yield "Commands", "commands", commands(words, table), {"scope": {"type": scope}, **whose}
        for name, (key, text) in _TEXTS.items():
            yield name, key, str(words(text)), whose


async def _patiently(bot: Bot, clock: Clock, method: str, parameters: dict[str, Any]) -> Any:
    """Call a method until it is answered, however long that takes; a refusal for good is raised."""
    failures = 0
    while True:
        try:
            return await bot.call(method, **parameters)
        except (BadRequest, InvalidToken):
            raise
        except RetryAfter as error:
            wait = error.retry_after
            await clock.sleep(wait.total_seconds() if isinstance(wait, timedelta) else wait)
        except TelegramError as error:
            log.debug("the menu waits: %s", error)
            await clock.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1
