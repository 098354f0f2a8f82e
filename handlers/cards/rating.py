"""How it went, in one tap; and what is broken, in one more."""

from collections.abc import Mapping
from typing import Final

from bot.domain.feedback import BEST, FaultKind, Rating
from handlers.cards.screen import Press, Row, Screen, lines, stacked
from handlers.texts import Words, msg

POOR: Final = 2
KINDS: Final[Mapping[FaultKind, str]] = {
    FaultKind.DOES_NOT_START: msg("It does not start"),
    FaultKind.PLUG_BROKEN: msg("Plug or cable broken"),
    FaultKind.SCREEN_DEAD: msg("Screen or reader dead"),
    FaultKind.BAY_BLOCKED: msg("The bay is blocked"),
    FaultKind.NUMBER_WRONG: msg("Its number is wrong"),
    FaultKind.OTHER: msg("Something else"),
}


def rating_row(words: Words, charge_id: str) -> Row:
    """Five buttons, narrow enough for every language: which end is good is said in the question."""
    return tuple(
        Press(words.number(stars, 0), "rating.give", f"{charge_id} {stars}", ttl=None) for stars in range(1, BEST + 1)
    )


def thanks(words: Words, rating: Rating) -> Screen:
    """What was understood, and what can be added."""
    poor = rating.stars <= POOR
    text = lines(
        words("Thank you: {stars} of {best}.", stars=rating.stars, best=BEST),
        words("We are sorry. What went wrong?") if poor else words("Is there anything to add?"),
    )
    comment = Press(str(words("Add a comment")), "rating.comment", rating.charge_id, ttl=None)
    fault = Press(str(words("Report a fault")), "fault.ask", rating.charge_id, ttl=None)
    human = Press(str(words("Talk to a human")), "help.person", rating.charge_id, ttl=None)
    return Screen(text, ((comment, fault), *(((human,),) if poor else ())))


def ask_fault(words: Words, charge_id: str, where: str) -> Screen:
    """Which fault?"""
    text = lines(
        words("<b>What is wrong here?</b>"),
        words("{where}", where=where),
        words("In danger, call the emergency number first; this report is read later."),
    )
    kinds = (
        Press(str(words(name)), "fault.report", f"{charge_id} {kind.value}", once=True) for kind, name in KINDS.items()
    )
    return Screen(text, stacked(kinds))


def reported(words: Words, report_id: int) -> Screen:
    """It is noted; words may follow."""
    text = words("Thank you: it is noted as report {number}, for the people who look after this.", number=report_id)
    comment = Press(str(words("Add a comment")), "fault.comment", str(report_id), ttl=None)
    return Screen(text, ((comment,),))


def ask_comment(words: Words) -> Screen:
    return Screen(words("Please type it in one message. It is read by people, later."))


def noted(words: Words) -> Screen:
    return Screen(words("Thank you, that is noted."))
