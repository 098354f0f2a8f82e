"""The talk with support: begun from any screen, ended by a button; in between messages go to people."""

import json

from telegram import Message, Update
from telegram.ext import filters

from bot.domain.charge import RUNNING
from bot.domain.errors import Refused
from bot.domain.ids import ChargeId
from bot.services.support import Said
from handlers.cards import support as cards
from handlers.telegram.agents.topic import copyable
from handlers.telegram.buttons import is_private
from handlers.telegram.driver import helping
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, turn_into, words_for
from handlers.telegram.turn import current
from handlers.texts import refusal


class InTalk(filters.UpdateFilter):
    """What a driver who talks to support says or sends: no command, and no report of the platform."""

    def filter(self, update: Update) -> bool:
        message = update.message
        if message is None or not current().talk or not is_private(update):
            return False
        return not (message.text or "").startswith("/") and copyable(message)


async def begin(update: Update, context: DriverContext) -> None:
    """By /support, or by a button of any screen, perhaps about one charge."""
    services = context.services
    if not services.support.enabled:
        await helping.person(update, context)
        return
    user = update.effective_user
    await services.drivers.meet(context.driver_id, user.first_name if user else "", context.language)
    button = context.turn.button
    charge = ChargeId(button.subject) if button is not None and button.subject else None
    talk = await services.support.begin(context.driver_id, charge)
    look = await services.following.of_driver(context.driver_id)
    running = look.charge if look is not None and look.charge.state in RUNNING else None
    stoppable = running.id if running is not None and running.stop_wanted_at is None else ""
    hotline = services.contacts.hotline
    await say(context, cards.talking(words_for(context), talk, hotline, context.now, stoppable=stoppable))


async def end(update: Update, context: DriverContext) -> None:
    del update
    await context.services.support.end(context.driver_id)
    await turn_into(context, cards.over(words_for(context)))


async def heard(update: Update, context: DriverContext) -> None:
    """Pass it on; a talk that has ended meanwhile is said to have."""
    message = update.message
    assert message is not None
    said = Said(message.chat.id, message.message_id, f"u{context.update_id}")
    try:
        if not await context.services.support.hear(context.driver_id, said):
            await say(context, cards.over(words_for(context)))
    except Refused as refused:
        await context.reply(refusal(words_for(context), refused))


async def edited(update: Update, context: DriverContext) -> None:
    """On either side: what was copied is changed likewise; nothing else follows from an edit."""
    message = update.edited_message
    if message is None or not (message.text or message.caption):
        return
    if is_private(update) or message.is_topic_message:
        said = Said(message.chat.id, message.message_id, f"u{context.update_id}")
        text, entities = _written(message)
        await context.services.support.edited(said, text, entities, caption=not message.text)


def _written(message: Message) -> tuple[str, str]:
    parts = message.entities if message.text else message.caption_entities
    return message.text or message.caption or "", json.dumps([part.to_dict() for part in parts])
