"""What a driver reads of support: by first name or as "Support", never more."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.services.contacts import Hotline
from bot.services.support import Talk
from handlers.cards.networks import support_hours
from handlers.cards.rating import rating_row
from handlers.cards.screen import Press, Row, Screen, Style, lines
from handlers.texts import Html, Words


def talking(words: Words, talk: Talk, hotline: Hotline, now: datetime, *, stoppable: str = "") -> Screen:
    """The talk has begun: what happens to messages, who is before, and whom to call meanwhile."""
    text = lines(
        words("🎧 <b>You are talking to Support</b>"),
        words("All you write, say or photograph here goes to our people. Buttons and commands work as always."),
        _queue(words, talk),
        words("Our hotline: {hotline}", hotline=hotline.number) if hotline.number else None,
        *(support_hours(words, hotline.hours, now) if hotline.hours else ()),
    )
    stop = Press(str(words("⏹ Stop charging")), "charge.stop", stoppable, ttl=None, style=Style.DANGER)
    return Screen(text, (*(((stop,),) if stoppable else ()), end_row(words)))


def _queue(words: Words, talk: Talk) -> Html:
    agent = talk.ticket.agent
    if agent is not None:
        return words("🎧 <b>{name} from Support is with you.</b>", name=agent.name)
    if talk.before == 0:
        return words("You are next.")
    return words.many("{number} driver is before you.", "{number} drivers are before you.", talk.before)


def end_row(words: Words) -> Row:
    return (Press(str(words("End the talk")), "support.end", ttl=None),)


def over(words: Words) -> Screen:
    return Screen(words("🎧 The talk has ended. Your messages go to the bot again."))


def _with_you(words: Words, name: str) -> Html:
    return words("🎧 <b>{name} from Support is with you.</b>", name=name)


def _contact(words: Words, name: str) -> Html:
    return words("🎧 <b>{name} from Support writes to you.</b> What you write now goes there.", name=name)


def _stop(words: Words, name: str) -> Html:
    return words("🎧 {name} from Support is stopping your charge.", name=name)


def _unlock(words: Words, name: str) -> Html:
    return words("🎧 {name} from Support asks the station to release the cable.", name=name)


def _refresh(words: Words, name: str) -> Html:
    return words("🎧 {name} from Support is asking the operator about your charge.", name=name)


def _escalated(words: Words, name: str) -> Html:
    return words("🎧 {name} from Support has called for more help.", name=name)


def _closed(words: Words, name: str) -> Html:
    del name
    return words("🎧 The talk has ended. Your messages go to the bot again.")


def _slow(words: Words, name: str) -> Html:
    del name
    return words("🎧 Nobody has answered you yet. Your messages are kept; the hotline may be quicker.")


def _unreachable(words: Words, name: str) -> Html:
    del name
    return words("🎧 Support cannot be reached from here now. Your messages are kept; please call.")


_WORDS: Final[Mapping[str, Callable[[Words, str], Html]]] = {
    "with_you": _with_you,
    "contact": _contact,
    "stop": _stop,
    "unlock": _unlock,
    "refresh": _refresh,
    "escalated": _escalated,
    "closed": _closed,
    "slow": _slow,
    "unreachable": _unreachable,
}


def word(words: Words, name: str, detail: str, hotline: str, charge_id: str) -> Screen:
    """The sentence of this name, with what can be done from it."""
    calling = name in {"slow", "unreachable"} and hotline
    text = lines(
        _WORDS[name](words, detail or "Support"), words("Our hotline: {hotline}", hotline=hotline) if calling else None
    )
    if name == "closed":
        return Screen(text, (rating_row(words, charge_id),) if charge_id else ())
    return Screen(text, (end_row(words),) if name in {"with_you", "contact", "slow"} else ())
