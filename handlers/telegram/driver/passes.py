"""/passes: what a driver holds, linking one that came by post, and reporting one lost."""

from telegram import Update

from bot.domain.errors import Refused
from bot.domain.ids import PassNumber
from bot.services.passes import Wallet
from handlers.cards import passes as cards
from handlers.cards.screen import Screen
from handlers.telegram.conversation import END
from handlers.telegram.driver.start import meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, turn_into, words_for
from handlers.telegram.states import LINKING_CODE, LINKING_NUMBER
from handlers.texts import Html, refusal

LONGEST = 64
"""Letters of a number or a code that are looked at: no printed one is longer."""


async def command(update: Update, context: DriverContext) -> None:
    del update
    context.leave()
    await meet(context)
    await say(context, await _wallet(context))


async def show_all(update: Update, context: DriverContext) -> str:
    del update
    await turn_into(context, await _wallet(context))
    return END


async def show_one(update: Update, context: DriverContext) -> str:
    del update
    held = await context.services.passes.wallet(context.driver_id)
    await _one(context, held)
    return END


async def _one(context: DriverContext, held: Wallet) -> None:
    pass_ = next((pass_ for pass_ in held.passes if pass_.number == context.button.subject), None)
    words = words_for(context)
    if pass_ is None:
        await turn_into(context, cards.wallet(words, held, context.services.hotline))
    else:
        await turn_into(context, cards.one_pass(words, pass_, held, context.services.hotline))


async def use(update: Update, context: DriverContext) -> str:
    del update
    try:
        await context.services.passes.choose(context.driver_id, PassNumber(context.button.subject))
    except Refused as refused:
        await turn_into(context, await _wallet(context, refusal(words_for(context), refused)))
    else:
        await turn_into(context, await _wallet(context))
    return END


# ── linking ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def ask_number(update: Update, context: DriverContext) -> str:
    del update
    await meet(context)
    await turn_into(context, cards.ask_number(words_for(context)))
    return LINKING_NUMBER


async def number_typed(update: Update, context: DriverContext) -> str:
    context.memory["number"] = _typed(update)
    await say(context, cards.ask_code(words_for(context), _typed(update)))
    return LINKING_CODE


async def code_typed(update: Update, context: DriverContext) -> str:
    """Both together decide; the code is kept nowhere."""
    words = words_for(context)
    try:
        linked = await context.services.passes.link(context.driver_id, context.memory["number"], _typed(update))
    except Refused as refused:
        await say(context, cards.not_linked(words, refusal(words, refused)))
    else:
        await say(context, await _wallet(context, cards.linked(words, linked)))
    return END


def _typed(update: Update) -> str:
    message = update.effective_message
    return ((message.text if message else None) or "").strip()[:LONGEST]


# ── lost ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def ask_lost(update: Update, context: DriverContext) -> str:
    """The first step: nothing is blocked yet."""
    del update
    held = await context.services.passes.wallet(context.driver_id)
    pass_ = next((pass_ for pass_ in held.passes if pass_.number == context.button.subject), None)
    if pass_ is None:
        await turn_into(context, cards.wallet(words_for(context), held, context.services.hotline))
        return END
    charging = await context.services.following.of_driver(context.driver_id) is not None
    await turn_into(context, cards.confirm_lost(words_for(context), pass_, charging=charging))
    return END


async def block(update: Update, context: DriverContext) -> str:
    del update
    words = words_for(context)
    try:
        lost = await context.services.passes.report_lost(context.driver_id, PassNumber(context.button.subject))
    except Refused as refused:
        note = refusal(words, refused)
    else:
        note = cards.blocked(words, lost)
    await turn_into(context, await _wallet(context, note))
    return END


async def _wallet(context: DriverContext, note: Html | None = None) -> Screen:
    held = await context.services.passes.wallet(context.driver_id)
    return cards.wallet(words_for(context), held, context.services.hotline, note)
