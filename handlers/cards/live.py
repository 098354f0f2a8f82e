"""The live card: one message that follows a charge from the press to the bill.

It says what is known, by whom and since when, and never more: "charging" appears only once the operator's session
says so, "ended" only once it has ended.
"""

from typing import Final

from bot.domain.charge import FAILED_TO_START, OVER, RUNNING, By, Charge, Fact, State, What
from bot.domain.errors import Why
from bot.domain.session import SessionStatus
from bot.domain.watch.readings import absurd
from bot.services.costs import Cost
from bot.services.following import Look
from handlers.cards import watched
from handlers.cards.causes import operators_words, stop_cause, unconfirmed
from handlers.cards.fees import with_fee
from handlers.cards.history import waiting_for_bill
from handlers.cards.screen import Press, Row, Screen, Style, lines, look_again
from handlers.cards.steps import Step, guided
from handlers.cards.troubles import ENOUGH_WAITING, help_row
from handlers.texts import Html, Words, msg, reason

NEVER_SENT: Final = frozenset(
    {
        Why.CANCELLED,
        Why.TOO_LATE,
        Why.NOT_SENT,
        Why.ACCESS_REVOKED,
        Why.NOT_CONNECTED,
        Why.NOT_STARTABLE,
        Why.NO_PASS,
        Why.PASS_ORDERED,
        Why.PASS_NOT_ACTIVATED,
        Why.BANNED,
        Why.LEAVING,
        Why.PASS_BLOCKED,
        Why.PASS_EXPIRED,
    }
)
"""Reasons that prove that the station was asked for nothing."""


def live_card(words: Words, facts: Look, *, asking_stop: bool = False, hotline: str = "") -> Screen:
    """The card for whatever state the charge is in; `asking_stop` while the driver is being asked whether to stop."""
    words = words.at(facts.charge.place.time_zone)
    if asking_stop and facts.charge.state in RUNNING:
        return guided(words, Step.STOP, _stop_question(words, facts)) if facts.first else _stop_question(words, facts)
    body = _BODIES[facts.charge.state](words, facts)
    call = _hotline(words, facts.charge, hotline)
    told = truth(words, facts)
    rows = (*_rows(words, facts), *help_row(words, facts.charge))
    card = Screen(lines(body, call, *(("", told) if told else ())), rows)
    step = _STEPS.get(facts.charge.state) if facts.first else None
    return guided(words, step, card) if step else card


_STEPS: Final = {
    State.CHARGING: Step.RUNNING,
    State.STOPPING: Step.STOP,
    State.ENDED: Step.END,
    State.BILLED: Step.END,
}
"""For who charges for the first time."""


def _hotline(words: Words, charge: Charge, hotline: str) -> Html | None:
    waiting_long = charge.state is State.FENCED and charge.stage >= ENOUGH_WAITING
    if not hotline or not (charge.state in FAILED_TO_START or charge.stays_on_told or waiting_long):
        return None
    return words("Our hotline: {hotline}", hotline=hotline)


def truth(words: Words, facts: Look) -> Html:
    """The line of truth: who said what when, the newest word of each kind; once all is over, only how it went."""
    told = _IN_THE_END if facts.charge.state in OVER else _SHORT.keys()
    newest = {fact.what: fact for fact in facts.timeline if fact.what in told}
    if facts.charge.state in RUNNING:
        newest = {what: fact for what, fact in newest.items() if what not in _OUTDONE}
    said = sorted(newest.values(), key=lambda fact: fact.at)
    parts = [words(_short(fact), time=words.clock(fact.at)) for fact in said]
    return Html("<i>" + " · ".join(parts) + "</i>") if parts else Html("")


def _short(fact: Fact) -> str:
    if fact.what is What.STOP_ASKED and fact.by is not By.DRIVER:
        return msg("stop asked {time}")
    if fact.what is What.RESULT and fact.detail.startswith("accepted"):
        return msg("station accepted {time}")
    return _SHORT[fact.what]


_IN_THE_END = frozenset(
    {What.PRESSED, What.SESSION_ACTIVE, What.STOP_ASKED, What.SESSION_ENDED, What.SESSION_INVALID, What.BILLED}
    | {What.LIMIT_REACHED, What.UNPLUGGED}
)
_OUTDONE = frozenset({What.PRESSED, What.ANSWERED, What.NO_ANSWER})
"""What says no more once the charge is known to run: it was asked, and the station has answered by charging."""

_SHORT = {
    What.PRESSED: msg("you pressed start {time}"),
    What.SWIPED: msg("begun with your pass {time}"),
    What.FENCED: msg("asked {time}"),
    What.ANSWERED: msg("operator answered {time}"),
    What.NO_ANSWER: msg("no answer {time}"),
    What.NOT_SENT: msg("not sent {time}"),
    What.RESULT: msg("station reported {time}"),
    What.SESSION_ACTIVE: msg("charging reported {time}"),
    What.FIRST_METER: msg("meter moved {time}"),
    What.STOP_ASKED: msg("you asked to stop {time}"),
    What.STOP_ANSWERED: msg("operator answered the stop {time}"),
    What.STOP_RESULT: msg("station answered the stop {time}"),
    What.STOP_NO_ANSWER: msg("no answer to the stop {time}"),
    What.SESSION_ENDED: msg("end reported {time}"),
    What.SESSION_INVALID: msg("voided {time}"),
    What.UNCONFIRMED: msg("gave up waiting {time}"),
    What.BILLED: msg("billed {time}"),
    What.SAYS_CHARGING: msg("you say it charges {time}"),
    What.SAYS_STOPPED: msg("you say it stopped {time}"),
    What.LIMIT_REACHED: msg("limit reached {time}"),
    What.UNPLUGGED: msg("unplugged {time}"),
}


def _where(words: Words, charge: Charge) -> Html:
    return words("<b>{identifier}</b> · {name}", identifier=charge.place.identifier or "?", name=charge.place.title)


def _new(words: Words, facts: Look) -> Html:
    return lines(words("⏳ <b>Getting ready to start…</b>"), _where(words, facts.charge))


def _waiting(words: Words, facts: Look) -> Html:
    charge = facts.charge
    return lines(
        words("⏳ <b>Waiting for the station to start</b>"),
        _where(words, charge),
        "",
        _last_word(words, facts),
        words(_STAGES[min(charge.stage, len(_STAGES) - 1)]),
        words("Last data from the station: none yet.") if charge.session_key is None else None,
        watched.plug_in(words, facts.charge),
        watched.block(words, facts),
        _stop_kept(words, charge),
    )


def _stop_kept(words: Words, charge: Charge) -> Html | None:
    if charge.stop_wanted_at is None:
        return None
    if charge.session_key is not None:
        return words("You want to stop: we ask the operator until it has stopped.")
    return words("You want to stop: that will be sent as soon as the station confirms.")


_STAGES = (
    msg("This takes from a few seconds to a few minutes."),
    msg("Still waiting. A delay does not mean that your charge has not started: often only the data is late."),
    msg("Still waiting. Please check that the cable is pushed in all the way, at the station and at the car."),
    msg("Two minutes without data. If the station shows that it is charging, only the data is late."),
    msg("Four minutes without data. If the station shows nothing either, unplug. Another start is possible soon."),
)


def _last_word(words: Words, facts: Look) -> Html | None:
    charge = facts.charge
    if charge.session_key is not None:
        return words("The operator has opened a session and prepares to charge.")
    if charge.result is not None and charge.result.why is not None:
        said = operators_words(words, charge.result.message)
        return lines(reason(words, charge.result.why), said, words("We keep listening, in case it starts after all."))
    if charge.result is not None:
        return words("The station has accepted. No data from it yet.")
    if charge.answer is not None:
        return words("The operator has accepted and is asking the station.")
    if any(fact.what is What.NO_ANSWER for fact in facts.timeline):
        return words("The operator gave no clear answer, so we keep asking it whether your charge has started.")
    return words("Asking the operator.")


def _charging(words: Words, facts: Look) -> Html:
    head = words("⚡ <b>Charging</b>") if facts.charge.state is State.CHARGING else words("⏹ <b>Stopping…</b>")
    return lines(
        head,
        _where(words, facts.charge),
        "",
        *_meter(words, facts),
        watched.block(words, facts),
        _stopping(words, facts),
    )


def _meter(words: Words, facts: Look) -> list[Html | None]:
    session = facts.session
    if session is None:
        return [words("No data from the station yet.")]
    power, level = session.power, session.latest("STATE_OF_CHARGE")
    heard = facts.charge.heard_at or facts.now
    # Both by the operator's clock, which may be wrong.
    span = words.duration(session.last_updated - session.start)
    if absurd(session):
        return [
            _being_checked(words),
            words(
                "Last data from the station {time} ({age})", time=words.clock(heard), age=words.ago(facts.now - heard)
            ),
        ]
    return [
        words("<b>{kwh}</b> in {span}", kwh=words.kwh(session.kwh), span=span),
        words("Power {power} kW", power=words.number(power, 1)) if power is not None else None,
        words("Battery at {level} %", level=words.number(level, 0)) if level is not None else None,
        _cost(words, facts.cost),
        with_fee(words, facts.cost),
        words("Last data from the station {time} ({age})", time=words.clock(heard), age=words.ago(facts.now - heard)),
        words("The data is late. That does not mean that charging has stopped.") if watched.late(facts) else None,
    ]


def _cost(words: Words, cost: Cost | None) -> Html:
    if cost is None:
        return words("Cost so far unknown")
    if cost.by is By.OPERATOR:
        return words("Cost so far {price}, says the operator", price=words.price(cost.price))
    if cost.complete:
        return words("Cost so far about {price}, by our reckoning", price=words.price(cost.price))
    return words("Cost so far about {price}; part of the tariff is not in it", price=words.price(cost.price))


def _stopping(words: Words, facts: Look) -> Html | None:
    charge = facts.charge
    if charge.state is not State.STOPPING:
        return None
    if charge.stays_on_told:
        said = words("The station does not stop. Press stop at the station or swipe your card there, then unplug.")
    elif charge.stop_answer is not None and charge.stop_answer.why is None:
        said = words("The operator has accepted the stop; waiting for the station to end the session.")
    elif charge.stop_sent_at is not None:
        said = words("Asking the operator to stop, again and again until it has ended.")
    else:
        said = words("Asking the operator to stop.")
    cause = stop_cause(words, charge, facts.timeline)
    return lines("", said, cause, words("Don't forget to unplug your cable."))


def _ended(words: Words, facts: Look) -> Html:
    charge = facts.charge
    if charge.session_status is SessionStatus.INVALID:
        return lines(
            words("■ <b>The operator has voided this session</b>"),
            _where(words, charge),
            words("It is not expected to be billed. Please unplug your cable."),
        )
    if any(fact.what is What.SESSION_FORGOTTEN for fact in facts.timeline) and charge.state is State.ENDED:
        return lines(
            words("❔ <b>The operator no longer knows this charge</b>"),
            _where(words, charge),
            words("We take it as ended. Please look at the station, and unplug your cable."),
        )
    return lines(
        words("✅ <b>Charging has ended</b>"),
        _where(words, charge),
        "",
        _total(words, facts),
        _estimate(words, facts.cost) if charge.state is State.ENDED else None,
        with_fee(words, facts.cost) if charge.state is State.ENDED else None,
        words("Please unplug your cable."),
        waiting_for_bill(words, charge, facts.now)
        if charge.state is State.ENDED
        else words("The operator's bill is here: see the receipt."),
    )


def _being_checked(words: Words) -> Html:
    return words("The operator's meter reading cannot be right, so it is being checked.")


def _total(words: Words, facts: Look) -> Html | None:
    session, ended = facts.session, facts.charge.ended_at
    if session is None or ended is None:
        return None
    if absurd(session):
        return _being_checked(words)
    return words("<b>{kwh}</b> in {span}", kwh=words.kwh(session.kwh), span=words.duration(ended - session.start))


def _estimate(words: Words, cost: Cost | None) -> Html:
    if cost is None:
        return words("The cost is not known yet.")
    if cost.by is By.OPERATOR:
        return words("{price}, says the operator; its bill decides.", price=words.price(cost.price))
    if cost.complete:
        return words("About {price}; the operator's bill decides.", price=words.price(cost.price))
    return words(
        "About {price}, without part of the tariff; the operator's bill decides.", price=words.price(cost.price)
    )


def _refused(words: Words, facts: Look) -> Html:
    charge = facts.charge
    return lines(
        words("✖ <b>It did not start</b>"),
        _where(words, charge),
        "",
        _why_not(words, charge.why) if charge.why else None,
        operators_words(words, charge.operator_message),
        words("Nothing is running and there is nothing to pay.")
        if charge.why in NEVER_SENT
        else words("We see no charge. Should it start after all, you will be told here at once."),
    )


def _why_not(words: Words, why: Why) -> Html:
    if why is Why.TOO_LATE:
        return words("It took us too long to send your start, so it was not sent.")
    return reason(words, why)


def _unconfirmed(words: Words, facts: Look) -> Html:
    return lines(
        words("❔ <b>Not confirmed</b>"),
        _where(words, facts.charge),
        "",
        unconfirmed(words, facts.charge),
        words("We asked again and again whether it has started. We see no charge."),
        words("We keep watching for a day: if it starts or has started after all, you will be told and can stop it."),
        words("If the station shows that it is charging, stop it there."),
        watched.own_word(words, facts),
        _stop_kept(words, facts.charge),
    )


_BODIES = {
    State.NEW: _new,
    State.FENCED: _waiting,
    State.CHARGING: _charging,
    State.STOPPING: _charging,
    State.ENDED: _ended,
    State.BILLED: _ended,
    State.REFUSED: _refused,
    State.UNCONFIRMED: _unconfirmed,
}


def _rows(words: Words, facts: Look) -> tuple[Row, ...]:
    """Stopping first, then what helps to know more, then the driver's own word."""
    charge = facts.charge
    return (*_deeds(words, charge), *watched.own_rows(words, facts))


def _deeds(words: Words, charge: Charge) -> tuple[Row, ...]:
    refresh = Press(str(words("Refresh")), "charge.refresh", charge.id, ttl=None)
    again = look_again(words)
    if charge.state is State.CHARGING:
        stop = Press(str(words("⏹ Stop charging")), "charge.stop", charge.id, ttl=None, style=Style.DANGER)
        return ((stop,), (refresh, *watched.tools(words, charge)))
    if charge.state in {State.NEW, State.FENCED} and charge.stop_wanted_at is None:
        return ((Press(str(words("Cancel the start")), "charge.cancel", charge.id, ttl=None),), (refresh,))
    if charge.state is State.UNCONFIRMED and charge.stop_wanted_at is None:
        return ((Press(str(words("Stop it if it starts")), "charge.cancel", charge.id, ttl=None),), (again,))
    if charge.state in FAILED_TO_START:
        return ((again,),)
    if charge.state in {State.STOPPING, State.FENCED}:
        return ((refresh,),)
    return (watched.tools(words, charge),) if charge.metered else ()


def _so_far(words: Words, facts: Look) -> list[Html | None]:
    session = facts.session
    if session is not None and absurd(session):
        return [_being_checked(words)]
    return [
        words("{kwh} so far", kwh=words.kwh(session.kwh)) if session is not None else None,
        _cost(words, facts.cost),
        with_fee(words, facts.cost),
    ]


def _stop_question(words: Words, facts: Look) -> Screen:
    """The second step of a stop: nothing else stops a charge."""
    text = lines(words("<b>Stop charging?</b>"), _where(words, facts.charge), *_so_far(words, facts))
    yes = Press(str(words("⏹ Stop now")), "stop.yes", facts.charge.id, ttl=None, style=Style.DANGER)
    no = Press(str(words("Keep charging")), "stop.no", facts.charge.id, ttl=None)
    return Screen(text, ((yes,), (no,)))
