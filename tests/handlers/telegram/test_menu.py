"""What Telegram shows of us: no command is forgotten, all of it fits, and it is changed only where it differs."""

import pytest
from telegram.ext import CommandHandler

from handlers.locales import LANGUAGES
from handlers.telegram import menu
from handlers.telegram.conversation import ConversationHandler
from handlers.telegram.front_door import all_handlers
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter
from handlers.texts import Words
from tests.handlers.telegram.room import TOKEN, WallClock, telegram_server

SETTERS = ("setMyCommands", "setMyDescription", "setMyShortDescription")
LONGEST = {"command": 256, "description": 512, "short": 120}


def commands_in(handlers):
    for handler in handlers:
        if isinstance(handler, CommandHandler):
            yield from handler.commands
        if isinstance(handler, ConversationHandler):
            for talk in handler._conversations.values():
                for group in (talk.entry_points, talk.fallbacks, *talk.states.values()):
                    yield from commands_in(group)


def test_a_command_of_the_front_door_is_in_a_menu_and_no_other_is():
    assert {*menu.PRIVATE, *menu.GROUPS} == set(commands_in(all_handlers())), "say in menu.py what it is for"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_menu_says_fits_and_is_plain_text(language):
    words = Words(language)
    said = [str(words(text)) for text in (*menu.PRIVATE.values(), *menu.GROUPS.values())]
    assert all(0 < len(text) <= LONGEST["command"] for text in said)
    assert 0 < len(words(menu.DESCRIPTION)) <= LONGEST["description"]
    assert 0 < len(words(menu.SHORT)) <= LONGEST["short"]
    assert not [text for text in (*said, words(menu.DESCRIPTION), words(menu.SHORT)) if "<" in text or "&" in text]


async def changes(people):
    return [call["method"] for method in SETTERS for call in await people.calls(method)]


async def test_every_driver_sees_the_menu_in_their_language_and_nothing_is_sent_twice():
    async with telegram_server() as (server, people), Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot:
        await menu.present(bot, WallClock())
        first = await changes(people)
        assert len(first) == 3 * len(LANGUAGES)
        await menu.present(bot, WallClock())
        assert await changes(people) == first
        for language in ("pl", *LANGUAGES):
            ana = await people.person("Ana", language=language)
            words = Words(language)
            assert (await ana.chat())["commands"] == menu.commands(words, menu.PRIVATE), language
        shown = await bot.get_my_short_description("de")
        assert shown.short_description == Words("de")(menu.SHORT) != menu.SHORT


async def test_only_the_part_that_somebody_changed_is_set_again():
    async with telegram_server() as (server, people), Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot:
        await menu.present(bot, WallClock())
        before = len(await changes(people))
        await bot.set_my_description("", language_code="fr")
        await bot.set_my_commands([("old", "gone since")], {"type": "all_group_chats"})
        await menu.present(bot, WallClock())
        assert len(await changes(people)) == before + 4
        assert (await bot.get_my_description("fr")).description == Words("fr")(menu.DESCRIPTION)


async def test_trouble_on_the_way_is_waited_out():
    async with telegram_server() as (server, people), Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot:
        await people.fault("429", method="setMyCommands")
        await people.fault("500", method="getMyDescription")
        await people.fault("drop", method="setMyShortDescription", seconds=0.1)
        await menu.present(bot, WallClock())
        assert (await bot.get_my_short_description("nl")).short_description == Words("nl")(menu.SHORT)


async def test_a_refusal_for_good_is_told_in_the_log_and_harms_nothing(caplog, monkeypatch):
    async with telegram_server() as (server, _), Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot:
        monkeypatch.setattr(menu, "PRIVATE", {})
        monkeypatch.setitem(menu._SCOPES, "all_private_chats", {"Not a command": "x"})
        await menu.present(bot, WallClock())
    assert "it shows the one before" in caplog.text
