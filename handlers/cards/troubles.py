"""When it goes wrong: what to do when it has not started, when it has but something is wrong, when it does not stop.

The steps come in the order in which they help most people soonest; the emergency stop is always last.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.charge import FAILED_TO_START, OVER, Charge, State
from bot.services.contacts import Hotline, Phone
from handlers.cards.elsewhere import alternatives_press
from handlers.cards.networks import support_hours
from handlers.cards.screen import Press, Row, Screen, Style, lines, look_again
from handlers.texts import Html, Words

ENOUGH_WAITING: Final = 3
"""From this stage on (two minutes) the waiting driver is offered more than waiting."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is known when a driver asks for help; without a charge it is asked in general."""

    charge: Charge | None
    operator: Phone | None
    hotline: Hotline
    now: datetime

    @property
    def charge_id(self) -> str:
        return self.charge.id if self.charge else ""


def trouble(words: Words, facts: Trouble) -> Screen:
    """The card for the state the charge is in."""
    if facts.charge is None or facts.charge.state in FAILED_TO_START | {State.NEW, State.FENCED}:
        return not_started(words, facts)
    if facts.charge.state in OVER:
        return stuck(words, facts)
    return not_stopping(words, facts) if facts.charge.state is State.STOPPING else started_but(words, facts)


def not_started(words: Words, facts: Trouble) -> Screen:
    text = lines(
        words("<b>It has not started</b>"),
        _where(words, facts),
        "",
        words("Try these, in this order:"),
        words("1. Start it with your charging card: hold the card against the reader of the station."),
        words("2. Try another connector or another station."),
        _call(words, facts, words("3. Call the operator of the station.")),
        *_ours(words, facts),
    )
    other: Press = look_again(words)
    if facts.charge is not None:
        place = facts.charge.place
        other = alternatives_press(words, json.dumps([place.station_id, place.evse_uid, place.connector_id]))
    return Screen(text, ((other,), *_more(words, facts), (_back(words, facts),)))


def _more(words: Words, facts: Trouble) -> tuple[Row, ...]:
    person = _person(words, facts)
    if facts.charge is None:
        return ((person,),)
    timeline = Press(str(words("Timeline")), "evidence.show", facts.charge_id, ttl=None)
    fault = Press(str(words("Report a fault")), "fault.ask", facts.charge_id, ttl=None)
    return ((person,), (timeline, fault))


def started_but(words: Words, facts: Trouble) -> Screen:
    text = lines(
        words("<b>It has started, but something is wrong</b>"),
        _where(words, facts),
        "",
        words("Try these, in this order:"),
        words("1. Unplug at the car: in most cars that ends the charge."),
        _call(words, facts, words("2. Call the operator of the station.")),
        words(
            "3. Only as a last resort, as in danger: press the emergency stop. It may take the charger out of "
            "service for everyone, and while the button stays pressed in, nobody can start here."
        ),
        *_ours(words, facts),
    )
    first: tuple[Row, ...] = ()
    if facts.charge is not None and facts.charge.state is State.CHARGING:
        stop = Press(str(words("⏹ Stop charging")), "charge.stop", facts.charge_id, ttl=None, style=Style.DANGER)
        first = ((stop,),)
    no_stop = Press(str(words("It does not stop")), "trouble.stop", facts.charge_id, ttl=None)
    return Screen(
        text,
        (*first, (no_stop, _stuck_button(words, facts.charge_id)), (_person(words, facts),), (_back(words, facts),)),
    )


def not_stopping(words: Words, facts: Trouble) -> Screen:
    text = lines(
        words("<b>It does not stop</b>"),
        _where(words, facts),
        "",
        words("Try these, in this order:"),
        words("1. Ask the station again: perhaps it has stopped and only the data is late.")
        if facts.charge
        else words("1. Send /start and look at the card of your charge: perhaps it has stopped already."),
        words("2. Swipe your charging card at the reader of the station."),
        _hotline_step(words, facts),
        _number_of(words, facts),
    )
    ask = Press(str(words("Ask the station")), "charge.refresh", facts.charge_id, ttl=None, style=Style.PRIMARY)
    first: tuple[Row, ...] = ((ask,),) if facts.charge else ()
    more = (_stuck_button(words, facts.charge_id), _person(words, facts))
    return Screen(text, (*first, more, *(() if facts.charge else ((_back(words, facts),),))))


def stuck(words: Words, facts: Trouble) -> Screen:
    """The cable stays in: what works with most cars, from the mildest on."""
    text = lines(
        words("<b>The cable is stuck</b>"),
        _where(words, facts),
        "",
        words("1. Make sure that charging has ended. A cable is held while it charges."),
        words("2. Unlock the car, with the key, several times, and pull within a few seconds."),
        words("3. Lift the plug a little, or push it in, while you unlock: then the bolt is free."),
        words("4. Use the mechanical release of your car: a loop in the boot or under the bonnet, see its manual."),
        words("5. Never pull with force, and never cut a cable."),
        _call(words, facts, words("6. Call the operator: it can unlock its socket.")),
        *_ours(words, facts),
    )
    return Screen(text, ((_person(words, facts),), (_back(words, facts),)))


def person(words: Words, facts: Trouble) -> Screen:
    """Who can be talked to, and when; nobody is promised who is not there."""
    if facts.hotline.number:
        said = lines(words("<b>Talk to a human</b>"), words("We help at our hotline:"), *_number(words, facts))
    else:
        said = lines(
            words("<b>Talk to a human</b>"),
            words("We have no hotline. The operator helps at its station; its number is printed there."),
        )
    return Screen(lines(said, _number_of(words, facts)), ((_back(words, facts),),))


def help_row(words: Words, charge: Charge) -> tuple[Row, ...]:
    """The one button for help on a live card; while it is too early to be worried, there is none."""
    if charge.state in FAILED_TO_START:
        return ((Press(str(words("What can I do?")), "trouble.show", charge.id, ttl=None),),)
    if charge.state is State.ENDED:
        return ((_stuck_button(words, charge.id),),)
    if charge.state in {State.CHARGING, State.STOPPING} or _waits_in_vain(charge):
        return ((help_press(words, charge),),)
    return ()


def help_press(words: Words, charge: Charge) -> Press:
    """What to do, in order, and whom to call, for the state that the charge is in when it is pressed."""
    return Press(str(words("🛟 Help")), "trouble.show", charge.id, ttl=None)


def _waits_in_vain(charge: Charge) -> bool:
    refused = charge.result is not None and charge.result.why is not None
    return charge.state is State.FENCED and (refused or charge.stage >= ENOUGH_WAITING)


def _where(words: Words, facts: Trouble) -> Html | None:
    if facts.charge is None:
        return None
    place = facts.charge.place
    return words("<b>{identifier}</b> · {name}", identifier=place.identifier or "?", name=place.title)


def _call(words: Words, facts: Trouble, step: Html) -> Html:
    if facts.operator is None:
        return lines(step, words("Its number is printed on the station."))
    return lines(step, _number_of(words, facts))


def _number_of(words: Words, facts: Trouble) -> Html | None:
    """A number has its line to itself, so that a tap on it dials."""
    phone = facts.operator
    if phone is None:
        return None
    return lines(
        words("{name} says that its number is:", name=phone.whose),
        words("{number}", number=phone.number),
        *(support_hours(words, phone.hours, facts.now) if phone.hours else ()),
    )


def _hotline_step(words: Words, facts: Trouble) -> Html:
    if not facts.hotline.number:
        return words("3. Call the operator: its number is printed on the station.")
    return lines(words("3. Call our hotline:"), *_number(words, facts))


def _ours(words: Words, facts: Trouble) -> list[Html | str]:
    return ["", words("Our hotline:"), *_number(words, facts)] if facts.hotline.number else []


def _number(words: Words, facts: Trouble) -> list[Html]:
    """Our number with its hours, and whether anybody answers now."""
    hours = facts.hotline.hours
    said = support_hours(words, hours, facts.now) if hours else ()
    return [words("{number}", number=facts.hotline.number), *said]


def _person(words: Words, facts: Trouble) -> Press:
    return Press(str(words("Talk to a human")), "help.person", facts.charge_id, ttl=None)


def _stuck_button(words: Words, charge_id: str) -> Press:
    return Press(str(words("Cable is stuck")), "trouble.stuck", charge_id, ttl=None)


def _back(words: Words, facts: Trouble) -> Press:
    if facts.charge is not None and facts.charge.state not in OVER:
        return Press(str(words("Back to the charge")), "charge.refresh", facts.charge_id, ttl=None)
    return Press(str(words("Back to help")), "help.show", ttl=None)
