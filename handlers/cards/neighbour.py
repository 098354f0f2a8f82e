"""What is said around a cable in the wrong connector."""

from bot.domain.charge import Charge
from handlers.cards.screen import Screen
from handlers.texts import Words


def moved(words: Words, charge: Charge) -> Screen:
    """Why a start at the other one may have to wait a moment."""
    return Screen(
        words(
            "We no longer start {identifier}: should it start after all, it is stopped at once. "
            "Now confirm the connector your cable is in. If it is refused because of the first start, "
            "wait a minute and press again.",
            identifier=charge.place.identifier or "?",
        )
    )


def left_alone(words: Words, charge: Charge) -> Screen:
    return Screen(words("Good. We keep waiting for {identifier}.", identifier=charge.place.identifier or "?"))
