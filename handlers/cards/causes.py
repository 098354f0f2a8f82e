"""Why it has not started or does not stop: each cause has a text of its own, and the operator's words beside it."""

from collections.abc import Sequence
from typing import Final

from bot.domain.charge import Answer, Charge, Fact, State, What
from bot.domain.errors import Why
from handlers.cards.screen import lines
from handlers.texts import Html, Words, reason, stop_reason

_ABOUT_STOP: Final = frozenset({What.STOP_ANSWERED, What.STOP_RESULT, What.STOP_NO_ANSWER})


def operators_words(words: Words, text: str) -> Html | None:
    """What the operator wrote itself, as it wrote it; None when it wrote nothing."""
    return words("The operator writes: <i>{text}</i>", text=text) if text else None


def unconfirmed(words: Words, charge: Charge) -> Html:
    """How far it came before nothing more was heard."""
    no = next((said for said in (charge.result, charge.answer) if said is not None and said.why is not None), None)
    if no is not None and no.why is not None:
        return lines(reason(words, no.why), operators_words(words, no.message))
    if charge.result is not None:
        return words("The station accepted the start, but no charge has appeared.")
    if charge.answer is not None:
        return words("The operator accepted the start, but the station never reported back.")
    return reason(words, Why.NO_ANSWER)


def stop_cause(words: Words, charge: Charge, timeline: Sequence[Fact]) -> Html | None:
    """The newest word on a stop that has not taken; None while there is none, or when it was a yes."""
    if charge.state is not State.STOPPING:
        return None
    newest = next((fact for fact in reversed(timeline) if fact.what in _ABOUT_STOP), None)
    if newest is not None and newest.what is What.STOP_NO_ANSWER:
        return stop_reason(words, _why(newest.detail))
    no: Answer | None = charge.stop_answer
    if no is None or no.why is None:
        return None
    return lines(stop_reason(words, no.why), operators_words(words, no.message))


def _why(detail: str) -> Why:
    """An older entry says nothing of how it failed."""
    try:
        return Why(detail)
    except ValueError:
        return Why.NO_ANSWER
