"""The driver's taps after a charge: what came first, and where the identifier was."""

from telegram import Update

from bot.domain.catalogue import Question
from handlers.cards import learning as cards
from handlers.telegram.services import DriverContext
from handlers.telegram.show import turn_into, words_for


async def answer(update: Update, context: DriverContext) -> None:
    """Keep it; the first question is followed by the second."""
    del update
    party, question, said = cards.answer_in(context.button.subject)
    await context.services.networks.answer(context.driver_id, party, question, said)
    words = words_for(context)
    await turn_into(context, cards.spot_question(words, party) if question is Question.ORDER else cards.thanks(words))


async def skip(update: Update, context: DriverContext) -> None:
    del update
    await turn_into(context, cards.thanks(words_for(context)))
