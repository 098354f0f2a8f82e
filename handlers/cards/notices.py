"""The new messages: the few things a driver must hear, beside the silent live card."""

from bot.domain.charge import OVER, RUNNING, Charge
from bot.domain.session import Session
from bot.domain.watch.readings import absurd
from bot.services import learning
from handlers.cards import events
from handlers.cards.learning import order_question
from handlers.cards.screen import Press, Row, Screen, Style, lines
from handlers.cards.troubles import help_press
from handlers.texts import Html, Words


def notice(words: Words, kind: str, charge: Charge, session: Session | None, hotline: str, detail: str = "") -> Screen:
    """The message for a kind of notice about a charge; `detail` is the fact that it tells of."""
    words = words.at(charge.place.time_zone)
    if kind == learning.KIND:
        return order_question(words, charge)
    if kind in events.TEXTS:
        said = events.TEXTS[kind](words, charge, session, detail)
    else:
        said = _TEXTS[kind](words, charge, session)
    return Screen(lines(said, _where(words, charge), _hotline(words, kind, hotline)), _rows(words, kind, charge))


def _where(words: Words, charge: Charge) -> Html:
    return words("{identifier} · {name}", identifier=charge.place.identifier or "?", name=charge.place.title)


def _started(words: Words, charge: Charge, session: Session | None) -> Html:
    del charge, session
    return words("⚡ <b>Charging has started.</b>")


def _started_late(words: Words, charge: Charge, session: Session | None) -> Html:
    del session
    if charge.stop_wanted_at:
        return words("⚡ <b>It did start after all.</b> You wanted to stop, so we are stopping it.")
    return words("⚡ <b>It did start after all.</b> It is running now, and you can stop it.")


def _unconfirmed(words: Words, charge: Charge, session: Session | None) -> Html:
    del charge, session
    return words("❔ <b>Your start was not confirmed.</b> We see no charge, and keep watching for a day.")


def _unplug(words: Words, charge: Charge, session: Session | None) -> Html:
    return lines(_ended_or_accepted(words, charge, session), events.may_cost(words, charge))


def _ended_or_accepted(words: Words, charge: Charge, session: Session | None) -> Html:
    if charge.state in OVER and (session is None or absurd(session)):
        return words("🔌 <b>Charging has ended.</b> Please unplug your cable.")
    if charge.state in OVER and session is not None:
        return words("🔌 <b>Charging has ended: {kwh}.</b> Please unplug your cable.", kwh=words.kwh(session.kwh))
    return words("🔌 <b>The stop is accepted.</b> Don't forget to unplug your cable.")


def _stays_on(words: Words, charge: Charge, session: Session | None) -> Html:
    del charge, session
    return lines(
        words("⚠ <b>The station does not stop.</b> We keep trying. Meanwhile, at the station:"),
        words("1. Press its stop button, or unplug at the car."),
        words("2. Swipe your card at its reader."),
        words("3. Call the operator: its number is on the station."),
    )


def _other_connector(words: Words, charge: Charge, session: Session | None) -> Html:
    del charge, session
    return words(
        "⚠ <b>The operator reports another connector</b> than the one you confirmed. Is your cable in the right one?"
    )


def _second_session(words: Words, charge: Charge, session: Session | None) -> Html:
    del charge, session
    return words("⚠ <b>The operator reports a second session</b> for this start. It is shown and billed by itself.")


def _swiped(words: Words, charge: Charge, session: Session | None) -> Html:
    del session
    return words(
        "⚡ <b>A charge has begun with your pass {number}.</b> Not you? Stop it here.", number=charge.pass_number
    )


_TEXTS = {
    "started": _started,
    "started_late": _started_late,
    "unconfirmed": _unconfirmed,
    "unplug": _unplug,
    "stays_on": _stays_on,
    "other_connector": _other_connector,
    "second_session": _second_session,
    "swiped": _swiped,
}


def _hotline(words: Words, kind: str, hotline: str) -> Html | None:
    if kind in {"stays_on", "unconfirmed"} and hotline:
        return words("Our hotline: {hotline}", hotline=hotline)
    return None


def _rows(words: Words, kind: str, charge: Charge) -> tuple[Row, ...]:
    if kind in {"unplug", "unplug_again"}:
        return events.cable_rows(words, charge)
    if kind == "neighbour":
        return events.neighbour_rows(words, charge)
    if kind == "no_energy" and _can_stop(charge):
        says = Press(str(words("It is charging")), "charge.says_charging", charge.id, ttl=None)
        return ((_stop(words, charge),), (says, help_press(words, charge)))
    helping = ((help_press(words, charge),),) if kind in _TROUBLES else ()
    if kind in _STOPPABLE and _can_stop(charge):
        return ((_stop(words, charge),), *helping)
    return helping


_TROUBLES = frozenset({"stays_on", "unconfirmed", "interrupted"})
"""From these one tap leads to what to do and whom to call."""

_STOPPABLE = frozenset(
    {
        "swiped",
        "started_late",
        "other_connector",
        "second_session",
        "limit",
        "interrupted",
        "paused",
        "full",
        "fee_soon",
    }
    | {"fee_running"}
)


def _stop(words: Words, charge: Charge) -> Press:
    return Press(str(words("⏹ Stop charging")), "charge.stop", charge.id, ttl=None, style=Style.DANGER)


def _can_stop(charge: Charge) -> bool:
    return charge.state in RUNNING and charge.stop_wanted_at is None
