"""Screens as a driver reads them: the message after its markup was parsed, and the buttons below it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.catalogue import Network, Question, Said
from bot.domain.charge import By, Charge, Fact, State, What
from bot.domain.session import Session
from bot.services.costs import so_far
from bot.services.following import Look
from bot.services.networks import About
from handlers.cards.screen import Press, Screen
from handlers.escape import utf16_length
from sandbox.telegram.parse_html import parse_html
from tests.samples import PARTY, a_charge, a_driver, a_session, at

LONGEST_MESSAGE = 4096
LONGEST_BUTTON = 64


def read(screen: Screen) -> str:
    """Text and buttons; fails where Telegram or a small screen would."""
    text = parse_html(screen.text).text
    assert utf16_length(text) <= LONGEST_MESSAGE, f"{utf16_length(text)} characters"
    for button in (button for row in screen.rows for button in row):
        assert button.text.strip(), "a button needs words"
        assert utf16_length(button.text) <= LONGEST_BUTTON, button.text
    rows = ["  ".join(f"[{button.text}]" for button in row) for row in screen.rows]
    return "\n".join([text, *rows])


def actions(screen: Screen) -> list[str]:
    return [button.action for row in screen.rows for button in row if isinstance(button, Press)]


def a_look(
    state: State, *facts: tuple[float, What], now: float = 60, session: Session | None = None, **changes: Any
) -> Look:
    """A charge in this state, `now` seconds after noon, with the press and these (second, what) on its timeline."""
    charge: Charge = replace(a_charge(), state=state, news=(), **changes)
    when = at(now)
    told = tuple(Fact(at(second), By.OPERATOR, what) for second, what in facts)
    timeline = (Fact(at(0), By.DRIVER, What.PRESSED), *told)
    return Look(charge, session, so_far(charge, session, when), timeline, a_driver(), None, when)


def a_running(kwh: str = "2.5", **changes: Any) -> Session:
    """The session of a charge that runs since five seconds after noon, last heard of a minute after noon."""
    return a_session(kwh=Decimal(kwh), **({"last_updated": at(60)} | changes))


def an_about(network: Network | None = None, said: Mapping[Question, Said] | None = None) -> About:
    """What is known of the sample party's network: by default nothing."""
    return About(PARTY, network, connected=True, stations=1, said=said or {})
