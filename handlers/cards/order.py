"""Cable or start first: what is known of a network, by whom, and what to do where nobody knows."""

from typing import Final

from bot.domain.catalogue import Question, StartOrder
from bot.services.networks import About
from handlers.cards.screen import lines
from handlers.cards.steps import Step
from handlers.texts import Html, Words, msg

_ORDERS: Final = {
    StartOrder.PLUG_FIRST: msg("🔌 <b>Plug in first</b>, at the station and at the car. Then press Start."),
    StartOrder.START_FIRST: msg("▶ <b>Press Start first.</b> Plug in when the station asks for it."),
    StartOrder.EITHER: msg("🔌 <b>Plug in first or press Start first</b>: here both work."),
    StartOrder.UNKNOWN: msg("🔌 <b>Plug in, then press Start</b>, unless the station says otherwise."),
}
_NAMES: Final = {
    StartOrder.PLUG_FIRST: msg("plug in first"),
    StartOrder.START_FIRST: msg("press Start first"),
    StartOrder.EITHER: msg("both work"),
    StartOrder.UNKNOWN: msg("not known yet"),
}
_DRIVERS_SAY: Final = {
    StartOrder.PLUG_FIRST: msg("Drivers say: plug in first ({agreeing} of {asked})."),
    StartOrder.START_FIRST: msg("Drivers say: press Start first ({agreeing} of {asked})."),
}
_STEPS: Final = {StartOrder.PLUG_FIRST: Step.PLUG_FIRST, StartOrder.START_FIRST: Step.START_FIRST}


def how_to_start(words: Words, about: About) -> Html:
    """What comes first, and who says so; the station has the last word."""
    return lines(
        words(_ORDERS[about.order]),
        drivers_say(words, about),
        words("Please follow the instructions on the charging station."),
    )


def order_name(words: Words, about: About) -> Html:
    """In a few words, for a list."""
    return words(_NAMES[about.order])


def drivers_say(words: Words, about: About) -> Html | None:
    """Only where the description is silent and enough drivers agree."""
    said = about.said.get(Question.ORDER)
    if said is None or about.described_order is not StartOrder.UNKNOWN:
        return None
    sentence = _DRIVERS_SAY.get(StartOrder(said.answer))
    return words(sentence, agreeing=said.agreeing, asked=said.asked) if sentence else None


def start_step(about: About) -> Step:
    return _STEPS.get(about.order, Step.START)
