"""Settings: one message that shows what is set, with a screen for each thing that can be changed."""

from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal
from typing import Final

from bot.domain.driver import Car, Driver
from handlers.cards.screen import Press, Row, Screen, label, lines
from handlers.locales import LANGUAGES
from handlers.texts import Html, Words, msg

PLUGS: Final[Mapping[str, str]] = {
    "IEC_62196_T2": msg("Type 2"),
    "IEC_62196_T2_COMBO": msg("CCS"),
    "CHADEMO": msg("CHAdeMO"),
    "IEC_62196_T1": msg("Type 1"),
}
"""The plugs of cars, by OCPI's ConnectorType."""

BUSINESS, PRIVATE = "business", "private"


def settings(words: Words, driver: Driver) -> Screen:
    text = lines(
        words("⚙ <b>Settings</b>"),
        _language(words, driver),
        _quiet(words, driver),
        _car(words, driver),
        words("New charges are business") if driver.business else words("New charges are private"),
        words("Your account is being deleted.") if driver.leaving_at else None,
    )
    mark = words("Mark as private") if driver.business else words("Mark as business")
    return Screen(
        text,
        (
            (_to(words("Language"), "set.language"), _to(words("Quiet hours"), "set.quiet")),
            (_to(words("My passes"), "pass.list"), _to(words("My cars"), "set.cars")),
            (_to(mark, "set.mark", "private" if driver.business else "business"),),
            (_to(words("My data"), "data.show"),),
        ),
    )


def _to(text: str, action: str, subject: str = "") -> Press:
    return Press(str(text), action, subject, ttl=None)


def _back(words: Words) -> Row:
    return (_to(words("Back"), "set.show"),)


# ── language ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _language(words: Words, driver: Driver) -> Html:
    if driver.chosen_language:
        return words("Language: {language}", language=LANGUAGES.get(driver.chosen_language, driver.chosen_language))
    return words("Language: as in Telegram")


def languages(words: Words, driver: Driver) -> Screen:
    presses = [_to(name, "set.speak", code) for code, name in LANGUAGES.items()]
    pairs = tuple(tuple(presses[n : n + 2]) for n in range(0, len(presses), 2))
    return Screen(_language(words, driver), (*pairs, (_to(words("As in Telegram"), "set.speak"),), _back(words)))


# ── quiet hours ──────────────────────────────────────────────────────────────────────────────────────────────────


def _quiet(words: Words, driver: Driver) -> Html:
    if driver.quiet is None:
        return words("Quiet hours: none")
    return words(
        "Quiet hours: {begin} to {end}, {zone}",
        begin=_hour(driver.quiet.begin),
        end=_hour(driver.quiet.end),
        zone=_city(driver.quiet.zone),
    )


def _hour(clock: time) -> str:
    return clock.strftime("%H:%M")


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def quiet_hours(words: Words, driver: Driver, zones: Sequence[str], note: Html | None = None) -> Screen:
    text = lines(
        note,
        _quiet(words, driver),
        words("News that can wait comes without a sound then. Stops, safety and fees always make one."),
        words("Type other hours like this: 21:30-06:00"),
    )
    rows: list[Row] = []
    if driver.quiet is None:
        rows.append((_to("22:00-07:00", "set.night"),))
    else:
        rows.append((_to(words("No quiet hours"), "set.loud"),))
        rows += [(_to(label(_city(zone)), "set.zone", zone),) for zone in zones if zone != driver.quiet.zone][:3]
    return Screen(text, (*rows, _back(words)))


def not_hours(words: Words) -> Html:
    return words("These are no hours. Please type them like this: 21:30-06:00")


# ── cars ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _car(words: Words, driver: Driver) -> Html:
    return words("Car: {name}", name=driver.cars[0].name) if driver.cars else words("Car: none yet")


def cars(words: Words, driver: Driver, note: Html | None = None) -> Screen:
    text = lines(
        note,
        words("🚗 <b>Your cars</b>"),
        *(_described(words, car) for car in driver.cars),
        words("Estimates are for the first one.") if driver.cars else words("You have told of none yet."),
    )
    each = tuple((_to(label(car.name), "car.show", car.name),) for car in driver.cars)
    return Screen(text, (*each, (_to(words("Add a car"), "car.add"),), _back(words)))


def _described(words: Words, car: Car) -> Html:
    plug = words(PLUGS.get(car.plug, car.plug))
    if car.most_kw is None:
        return words("{name}: {plug}, {battery}", name=car.name, plug=plug, battery=words.kwh(car.battery_kwh))
    most = words.kilowatts(int(car.most_kw * 1000))
    return words(
        "{name}: {plug}, {battery}, up to {most}",
        name=car.name,
        plug=plug,
        battery=words.kwh(car.battery_kwh),
        most=most,
    )


def one_car(words: Words, driver: Driver, car: Car) -> Screen:
    rows: list[Row] = []
    if car != driver.cars[0]:
        rows.append((_to(words("Make it the first"), "car.first", car.name),))
    rows.append((_to(words("Remove it"), "car.remove", car.name),))
    return Screen(_described(words, car), (*rows, (_to(words("Back"), "set.cars"),)))


def ask_name(words: Words) -> Screen:
    return Screen(words("🚗 What do you call the car?"), ((_to(words("Back"), "set.cars"),),))


def ask_plug(words: Words, name: str) -> Screen:
    presses = tuple(_to(words(text), "car.plug", plug) for plug, text in PLUGS.items())
    return Screen(
        words("🚗 <b>{name}</b>: which plug does it take?", name=name),
        (presses[:2], presses[2:], (_to(words("Back"), "set.cars"),)),
    )


def ask_battery(words: Words, name: str, note: Html | None = None) -> Screen:
    text = lines(
        note,
        words("🚗 <b>{name}</b>: how much does the battery hold?", name=name),
        words("Type the kWh, and the most kW it takes if you know that: 58, or 58 120"),
    )
    return Screen(text, ((_to(words("Back"), "set.cars"),),))


def not_a_battery(words: Words, most: Decimal) -> Html:
    return words("Please type a number between 1 and {most}.", most=most)


# ── one charge ───────────────────────────────────────────────────────────────────────────────────────────────────


def mark_button(words: Words, subject: str, *, business: bool) -> Press:
    """Turns the mark of a charge round; `subject` is the charge and the bill it is shown on."""
    if business:
        return Press(str(words("Mark as private")), "charge.mark", f"{PRIVATE} {subject}", ttl=None)
    return Press(str(words("Mark as business")), "charge.mark", f"{BUSINESS} {subject}", ttl=None)


def mark_in(subject: str) -> tuple[bool, str, str]:
    """Whether it shall be business, the charge, and the bill: as the button says, so a second tap changes nothing."""
    mark, charge_id, bill_id = subject.split(" ", 2)
    return mark == BUSINESS, charge_id, bill_id
