"""/settings: one message that is rewritten; what is typed is asked for in a conversation."""

import re
from datetime import time
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from telegram import Update

from bot.domain.driver import Car, Driver, Quiet
from bot.domain.ids import CdrId, ChargeId
from bot.services.preferences import USUAL_ZONES
from handlers.cards import settings as cards
from handlers.cards.receipts import receipt
from handlers.locales import LANGUAGES
from handlers.telegram.conversation import END
from handlers.telegram.driver import find
from handlers.telegram.driver.start import meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, turn_into, words_for
from handlers.telegram.states import CAR_BATTERY, CAR_NAME, CAR_PLUG, QUIET_HOURS
from handlers.texts import Words

LONGEST_NAME = 24
MOST_BATTERY = Decimal(1000)
_HOURS = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*[-\u2013\u2014]\s*(\d{1,2})(?:[:.](\d\d))?")
_BATTERY = re.compile(r"(\d{1,4}(?:[.,]\d)?)(?:\s*kwh)?(?:[\s/]+(\d{1,4}(?:[.,]\d)?)(?:\s*kw)?)?", re.IGNORECASE)


async def command(update: Update, context: DriverContext) -> None:
    del update
    context.leave()
    await meet(context)
    driver = await context.services.preferences.of(context.driver_id)
    await say(context, cards.settings(words_for(context), driver))


async def show(update: Update, context: DriverContext) -> str:
    del update
    await meet(context)
    driver = await context.services.preferences.of(context.driver_id)
    await turn_into(context, cards.settings(words_for(context), driver))
    return END


async def mark_new(update: Update, context: DriverContext) -> str:
    del update
    business = context.button.subject == "business"
    driver = await context.services.preferences.mark_new(context.driver_id, business=business)
    await turn_into(context, cards.settings(words_for(context), driver))
    return END


# ── language ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def languages(update: Update, context: DriverContext) -> str:
    del update
    driver = await context.services.preferences.of(context.driver_id)
    await turn_into(context, cards.languages(words_for(context), driver))
    return END


async def speak(update: Update, context: DriverContext) -> str:
    del update
    chosen = context.button.subject if context.button.subject in LANGUAGES else ""
    driver = await context.services.preferences.speak(context.driver_id, chosen)
    await turn_into(context, cards.settings(Words(driver.tongue), driver))
    return END


# ── quiet hours ──────────────────────────────────────────────────────────────────────────────────────────────────


async def quiet_hours(update: Update, context: DriverContext) -> str:
    del update
    await _quiet(context, await context.services.preferences.of(context.driver_id))
    return QUIET_HOURS


async def _quiet(context: DriverContext, driver: Driver) -> None:
    zones = await context.services.preferences.zones(context.driver_id)
    await turn_into(context, cards.quiet_hours(words_for(context), driver, zones))


async def night(update: Update, context: DriverContext) -> str:
    del update
    await _quiet(context, await context.services.preferences.quiet_at_night(context.driver_id))
    return QUIET_HOURS


async def loud(update: Update, context: DriverContext) -> str:
    del update
    await _quiet(context, await context.services.preferences.be_quiet(context.driver_id, None))
    return QUIET_HOURS


async def zone(update: Update, context: DriverContext) -> str:
    del update
    driver = await context.services.preferences.of(context.driver_id)
    if driver.quiet is not None and context.button.subject in available_timezones():
        quiet = Quiet(driver.quiet.begin, driver.quiet.end, ZoneInfo(context.button.subject).key)
        driver = await context.services.preferences.be_quiet(context.driver_id, quiet)
    await _quiet(context, driver)
    return QUIET_HOURS


async def hours_typed(update: Update, context: DriverContext) -> str:
    """Hours; who types what is printed on a connector has gone on to charge."""
    driver = await context.services.preferences.of(context.driver_id)
    zones = await context.services.preferences.zones(context.driver_id)
    words = words_for(context)
    hours = _read_hours(_typed(update))
    if hours is None and await context.services.stations.by_identifier(_typed(update)):
        await find.by_identifier(update, context)
        return END
    if hours is None:
        await say(context, cards.quiet_hours(words, driver, zones, cards.not_hours(words)))
        return QUIET_HOURS
    kept = driver.quiet.zone if driver.quiet else (zones or USUAL_ZONES)[0]
    driver = await context.services.preferences.be_quiet(context.driver_id, Quiet(*hours, kept))
    await say(context, cards.quiet_hours(words, driver, zones))
    return QUIET_HOURS


def _read_hours(text: str) -> tuple[time, time] | None:
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    begin_hour, begin_minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    try:
        begin, end = time(begin_hour % 24, begin_minute), time(end_hour % 24, end_minute)
    except ValueError:
        return None
    return None if begin == end or max(begin_hour, end_hour) > 24 else (begin, end)  # noqa: PLR2004  hours


# ── cars ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def cars(update: Update, context: DriverContext) -> str:
    del update
    driver = await context.services.preferences.of(context.driver_id)
    await turn_into(context, cards.cars(words_for(context), driver))
    return END


async def show_car(update: Update, context: DriverContext) -> str:
    del update
    driver = await context.services.preferences.of(context.driver_id)
    car = next((car for car in driver.cars if car.name == context.button.subject), None)
    words = words_for(context)
    await turn_into(context, cards.cars(words, driver) if car is None else cards.one_car(words, driver, car))
    return END


async def first_car(update: Update, context: DriverContext) -> str:
    del update
    driver = await context.services.preferences.first_car(context.driver_id, context.button.subject)
    await turn_into(context, cards.cars(words_for(context), driver))
    return END


async def remove_car(update: Update, context: DriverContext) -> str:
    del update
    driver = await context.services.preferences.remove_car(context.driver_id, context.button.subject)
    await turn_into(context, cards.cars(words_for(context), driver))
    return END


async def add_car(update: Update, context: DriverContext) -> str:
    del update
    await turn_into(context, cards.ask_name(words_for(context)))
    return CAR_NAME


async def name_typed(update: Update, context: DriverContext) -> str:
    name = " ".join("".join(c for c in _typed(update) if c.isprintable()).split())[:LONGEST_NAME]
    if not name:
        await say(context, cards.ask_name(words_for(context)))
        return CAR_NAME
    context.memory["car"] = name
    await say(context, cards.ask_plug(words_for(context), name))
    return CAR_PLUG


async def plug_chosen(update: Update, context: DriverContext) -> str:
    """A press from an older question begins anew: which car it was about is no longer known."""
    del update
    if "car" not in context.memory:
        await turn_into(context, cards.ask_name(words_for(context)))
        return CAR_NAME
    context.memory["plug"] = context.button.subject
    await turn_into(context, cards.ask_battery(words_for(context), context.memory["car"]))
    return CAR_BATTERY


async def battery_typed(update: Update, context: DriverContext) -> str:
    words = words_for(context)
    name, plug = context.memory["car"], context.memory["plug"]
    found = _BATTERY.fullmatch(_typed(update))
    sizes = [Decimal(part.replace(",", ".")) for part in found.groups() if part] if found else []
    if not sizes or not all(1 <= size <= MOST_BATTERY for size in sizes):
        await say(context, cards.ask_battery(words, name, cards.not_a_battery(words, MOST_BATTERY)))
        return CAR_BATTERY
    car = Car(name, plug, sizes[0], sizes[1] if len(sizes) > 1 else None)
    driver = await context.services.preferences.add_car(context.driver_id, car)
    await say(context, cards.cars(words, driver))
    return END


def _typed(update: Update) -> str:
    message = update.effective_message
    return ((message.text if message else None) or "").strip()


# ── one charge ───────────────────────────────────────────────────────────────────────────────────────────────────


async def mark_charge(update: Update, context: DriverContext) -> None:
    """Mark a charge as its receipt's button says."""
    del update
    business, charge_id, bill_id = cards.mark_in(context.button.subject)
    look = await context.services.following.look(ChargeId(charge_id))
    bill = await context.services.following.bill(ChargeId(charge_id), CdrId(bill_id))
    if look is None or bill is None or look.charge.driver_id != context.driver_id:
        return
    await context.services.preferences.mark(context.driver_id, look.charge.id, business=business)
    again = await context.services.following.look(look.charge.id)
    if again is not None:
        name = f"@{context.bot.username}"
        await turn_into(context, receipt(words_for(context), again.charge, bill, name, corrected=bill.corrected))
