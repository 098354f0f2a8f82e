"""/favourites: places to come back to, from the star to the connector's question in one tap."""

from telegram import Message, Update
from telegram.ext import filters

from handlers.cards import favourites as cards
from handlers.locales import LANGUAGES
from handlers.telegram.driver import connector, find
from handlers.telegram.driver.start import FAVOURITES, meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, turn_into, words_for
from handlers.texts import Words


class FavouritesKey(filters.MessageFilter):
    """The key of the reply keyboard, in whichever of our languages it was given out."""

    def filter(self, message: Message) -> bool:
        return (message.text or "").strip() in {str(Words(language)(FAVOURITES)) for language in LANGUAGES}


async def command(update: Update, context: DriverContext) -> None:
    """All of them in a new message."""
    del update
    await meet(context)
    known = await context.services.favourites.of(context.driver_id)
    await say(context, cards.places(words_for(context), known, context.now, await _alerts(context)))


async def show(update: Update, context: DriverContext) -> None:
    del update
    known = await context.services.favourites.of(context.driver_id)
    await turn_into(context, cards.places(words_for(context), known, context.now, await _alerts(context)))


async def _alerts(context: DriverContext) -> int:
    return len(await context.services.alerts.of(context.driver_id))


async def add(update: Update, context: DriverContext) -> None:
    """The screen with the star stays as it is."""
    del update
    await meet(context)
    await context.services.favourites.add(context.driver_id, cards.favourite_in(context.button.subject))
    await context.answer(cards.added(words_for(context)))


async def choose(update: Update, context: DriverContext) -> None:
    """Which one shall go?"""
    del update
    known = await context.services.favourites.of(context.driver_id)
    await turn_into(context, cards.removing(words_for(context), known))


async def remove(update: Update, context: DriverContext) -> None:
    await meet(context)
    await context.services.favourites.remove(context.driver_id, cards.favourite_in(context.button.subject))
    await show(update, context)


async def go(update: Update, context: DriverContext) -> str | None:
    """Straight to the question of the connector, or to the station."""
    del update
    favourite = cards.favourite_in(context.button.subject)
    await meet(context)
    if not favourite.evse_uid:
        return await find.open_station(context, favourite.station_id)
    return await connector.ask(context, favourite.station_id, favourite.evse_uid, favourite.connector_id)
