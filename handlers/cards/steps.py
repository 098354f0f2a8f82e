"""Ten steps from the map to the end of a charge: a line on each card for who has never charged with us."""

from enum import Enum

from handlers.cards.screen import Screen, lines
from handlers.texts import Html, Words, msg


class Step(Enum):
    """Where on the road a card stands; the numbers are those that drivers find in the guide."""

    WHERE = msg("Step 1 of 10 · Say where your car is.")
    LIST = msg("Steps 2 and 3 of 10 · Only stations that start from here are listed: choose one.")
    STATION = msg("Step 4 of 10 · This is the station: press Charge here.")
    CONNECTOR = msg("Step 5 of 10 · Choose your connector.")
    IDENTIFY = msg("Step 5 of 10 · Compare the identifier with the one on the connector.")
    PLUG_FIRST = msg("Steps 6 and 7 of 10 · Connect your cable, then start.")
    START_FIRST = msg("Steps 6 and 7 of 10 · Start, then connect your cable.")
    START = msg("Steps 6 and 7 of 10 · Connect your cable and start, as the station says.")
    RUNNING = msg("Step 8 of 10 · You are charging. Close the chat if you like: it goes on.")
    STOP = msg("Step 9 of 10 · Stop, then unplug.")
    END = msg("Step 10 of 10 · This is the end of your first charge.")


def guided(words: Words, step: Step, screen: Screen) -> Screen:
    """The screen with its step above it."""
    return Screen(lines(step_line(words, step), "", screen.text), screen.rows)


def step_line(words: Words, step: Step) -> Html:
    return Html(f"<i>{words(step.value)}</i>")
