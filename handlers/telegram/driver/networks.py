"""/networks: which there are, how to start there and whom to call; from live data and what we know besides."""

import json

from telegram import Update

from handlers.cards import identify
from handlers.cards import networks as cards
from handlers.cards.screen import Screen
from handlers.pictures.places import four_places
from handlers.telegram.conversation import END
from handlers.telegram.pictures import show_picture, take_away
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, turn_into, words_for
from handlers.telegram.states import SEARCHING


async def command(update: Update, context: DriverContext) -> None:
    """All of them, or those that fit what was typed behind the command."""
    del update
    await say(context, await _list(context, " ".join(context.args or ())))


async def page(update: Update, context: DriverContext) -> None:
    del update
    if context.turn.state == SEARCHING:
        context.leave()
    wanted, number = json.loads(context.button.subject)
    await turn_into(context, await _list(context, wanted, number))


async def search(update: Update, context: DriverContext) -> str:
    """A name or a country, typed."""
    del update
    await turn_into(context, cards.ask_what_to_search(words_for(context)))
    return SEARCHING


async def typed(update: Update, context: DriverContext) -> str:
    message = update.effective_message
    await say(context, await _list(context, (message.text if message else None) or ""))
    return END


async def _list(context: DriverContext, wanted: str, number: int = 0) -> Screen:
    words, networks = words_for(context), context.services.networks
    found = await networks.listed(wanted, cards.country_names(words))
    any_at_all = bool(found) or bool(await networks.listed())
    return cards.network_list(words, found, number, wanted.strip(), await networks.newest(), any_at_all=any_at_all)


async def show(update: Update, context: DriverContext) -> None:
    """One network."""
    del update
    about = await context.services.networks.counted(cards.party_in(context.button.subject))
    await turn_into(context, cards.network_page(words_for(context), about, context.now))


async def where(update: Update, context: DriverContext) -> None:
    """The picture of its stickers, under its page."""
    del update
    networks, party = context.services.networks, cards.party_in(context.button.subject)
    about = await networks.about(party)
    picture = await networks.picture(party) or four_places()
    await show_picture(context, picture, identify.where_at(words_for(context), about))


async def looked(update: Update, context: DriverContext) -> None:
    """The picture goes; the page is still above it."""
    del update
    await take_away(context)
