"""What the live card says beside the meter: the driver's own word, limits, a standstill, and about how long yet."""

from datetime import timedelta
from typing import Final

from bot.domain.charge import FAILED_TO_START, OVER, RUNNING, Charge, State
from bot.domain.pace import Pace
from bot.domain.watch import unplugging
from bot.domain.watch.care import Limit, LimitKind, Standing
from bot.domain.watch.forecast import until_limit
from bot.services.following import Look
from handlers.cards.events import amount
from handlers.cards.screen import Press, Row, lines
from handlers.texts import Html, Words, msg

SAY_CHARGING_FROM: Final = 2
"""The stage (one minute of waiting) from which on the driver may say what the station shows."""

LATE: Final = timedelta(minutes=5)
_STANDS: Final = {
    Standing.EMPTY: msg("No energy has been reported so far. Is the cable in?"),
    Standing.FULL: msg("The car takes no more energy: it seems to be full."),
    Standing.PAUSED: msg("Paused: no energy flows."),
    Standing.FAULT: msg("Interrupted: the station reports that it is out of order."),
    Standing.UNKNOWN: msg("Interrupted: no energy flows."),
}


def late(facts: Look) -> bool:
    """Whether the operator's data is old enough to be called late."""
    return facts.now - (facts.charge.heard_at or facts.now) >= LATE


def own_word(words: Words, facts: Look) -> Html | None:
    """The driver's own word, named as such, for as long as the operator has told nothing newer."""
    charge, care = facts.charge, facts.charge.care
    if charge.state in OVER:
        return None
    if care.says_stopped_at is not None and care.says_stopped_at >= (charge.heard_at or care.says_stopped_at):
        return words(
            "You say it has stopped ({time}). The operator has not told so yet, and its record decides.",
            time=words.clock(care.says_stopped_at),
        )
    if care.says_charging_at is not None and charge.state not in RUNNING:
        return words(
            "You say it is charging ({time}). The operator has told nothing yet.",
            time=words.clock(care.says_charging_at),
        )
    return None


def plug_in(words: Words, charge: Charge) -> Html | None:
    """An operator that has accepted may only be waiting for the cable."""
    if charge.stop_wanted_at is not None or charge.care.says_charging_at is not None:
        return None
    if charge.session_key is not None:
        return words("If the cable is not in yet, plug in now.")
    if charge.result is None or charge.result.why is not None:
        return None
    until = charge.window_end(Pace())
    return words("If the cable is not in yet, plug in now: we wait until {time}.", time=words.short_clock(until))


def limit_lines(words: Words, charge: Charge) -> list[Html]:
    return [_limit(words, limit, charge) for limit in charge.care.limits]


def _limit(words: Words, limit: Limit, charge: Charge) -> Html:
    value = amount(words, limit, charge)
    if limit.reached_at is not None:
        return words("🎯 {limit}: reached at {time}", limit=value, time=words.clock(limit.reached_at))
    if limit.stop:
        return words("🎯 {limit}: then it is stopped", limit=value)
    return words("🎯 {limit}: then you are told", limit=value)


def unmeasurable(words: Words, facts: Look) -> Html | None:
    """A limit that nobody can see is not promised."""
    wanted = {limit.kind for limit in facts.charge.care.limits if limit.reached_at is None}
    if facts.session is None:
        return None
    if LimitKind.SPEND in wanted and facts.cost is None:
        return words("What it costs is not known here: a limit in money cannot be seen.")
    if LimitKind.PERCENT not in wanted or facts.session.latest("STATE_OF_CHARGE") is not None:
        return None
    return words("The operator does not tell the battery's level so far: a limit in percent cannot be seen.")


def standing(words: Words, charge: Charge) -> Html | None:
    return words(_STANDS[charge.care.standing]) if charge.care.standing is not None else None


def forecast(words: Words, facts: Look) -> Html | None:
    """About how long until the next limit."""
    if facts.session is None or facts.charge.state is not State.CHARGING or facts.charge.care.standing is not None:
        return None
    cars = facts.driver.cars if facts.driver else ()
    battery = cars[0].battery_kwh if cars else None
    about = until_limit(facts.charge, facts.session, facts.now, battery)
    if about is None:
        return None
    limit, span = about
    value = amount(words, limit, facts.charge)
    return words(
        "About {span} until {limit}, at about {time}",
        span=words.duration(span),
        limit=value,
        time=words.short_clock(facts.now + span),
    )


def own_rows(words: Words, facts: Look) -> tuple[Row, ...]:
    """The buttons with which the driver says what the station shows, and that the cable is out."""
    charge, care = facts.charge, facts.charge.care
    waiting_long = charge.state is State.FENCED and charge.stage >= SAY_CHARGING_FROM
    unclear = waiting_long or charge.state is State.UNCONFIRMED
    if unclear and care.says_charging_at is None and charge.stop_wanted_at is None:
        return (_own(words("It is charging"), "charge.says_charging", charge),)
    stops = charge.state is State.STOPPING or (charge.state in RUNNING and late(facts))
    if stops and care.says_stopped_at is None:
        return (_own(words("It has stopped"), "charge.says_stopped", charge),)
    if unplugging.guarded(charge):
        return (_own(words("I have unplugged"), "charge.unplugged", charge),)
    return ()


def _own(text: Html, action: str, charge: Charge) -> Row:
    return (Press(str(text), action, charge.id, ttl=None),)


def tools(words: Words, charge: Charge) -> tuple[Press, ...]:
    """Limits while it may still run, the chart as soon as there is something to draw."""
    limits = Press(str(words("Limits")), "limits.show", charge.id, ttl=None)
    chart = Press(str(words("Chart")), "charge.chart", charge.id, ttl=None)
    shown = [] if charge.state in OVER | FAILED_TO_START else [limits]
    return (*shown, chart) if charge.metered else tuple(shown)


def block(words: Words, facts: Look) -> Html | None:
    """All of it, below the meter."""
    parts = [
        standing(words, facts.charge),
        forecast(words, facts),
        *limit_lines(words, facts.charge),
        unmeasurable(words, facts),
        own_word(words, facts),
    ]
    told = [part for part in parts if part is not None]
    return lines(*told) if told else None
