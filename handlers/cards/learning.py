"""Two small questions after a charge, one tap each, whose answers other drivers read."""

import json
from datetime import timedelta
from typing import Final

from bot.domain.catalogue import Question, Spot, StartOrder
from bot.domain.charge import Charge
from bot.domain.ids import Party
from handlers.cards.screen import Press, Screen, lines, stacked
from handlers.texts import Html, Words

OPEN_FOR: Final = timedelta(days=7)


def order_question(words: Words, charge: Charge) -> Screen:
    """What came first at the station of this charge?"""
    party = charge.place.party
    text = lines(
        words("<b>One tap for the next driver:</b> what came first?"),
        words("{identifier} · {name}", identifier=charge.place.identifier or "?", name=charge.place.title),
    )
    presses = [
        _press(words("Plug came first"), party, Question.ORDER, StartOrder.PLUG_FIRST),
        _press(words("Start came first"), party, Question.ORDER, StartOrder.START_FIRST),
        Press(str(words("I do not know")), "learn.skip", str(party), ttl=OPEN_FOR),
    ]
    return Screen(text, stacked(presses))


def spot_question(words: Words, party: Party) -> Screen:
    presses = [
        _press(words("Sticker at the plug"), party, Question.SPOT, Spot.STICKER),
        _press(words("On the display"), party, Question.SPOT, Spot.DISPLAY),
        _press(words("Plate on the side"), party, Question.SPOT, Spot.PLATE),
        _press(words("On the plug"), party, Question.SPOT, Spot.PLUG),
        Press(str(words("I do not know")), "learn.skip", str(party), ttl=OPEN_FOR),
    ]
    return Screen(words("Thank you. And where did you find the identifier?"), stacked(presses))


def thanks(words: Words) -> Screen:
    return Screen(words("Thank you: this helps those who come after you."))


def _press(text: Html, party: Party, question: Question, answer: StartOrder | Spot) -> Press:
    return Press(str(text), "learn.answer", json.dumps([str(party), question.value, answer.value]), ttl=OPEN_FOR)


def answer_in(subject: str) -> tuple[Party, Question, str]:
    """What a button answers."""
    party, question, answer = json.loads(subject)
    return Party.of(*party.split("-", 1)), Question(question), answer
