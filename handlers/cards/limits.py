"""The limits of a charge, chosen by one tap or typed."""

import json
from decimal import Decimal
from typing import Final

from bot.domain.charge import Charge
from bot.domain.watch.care import Limit, LimitKind
from handlers.cards.events import amount
from handlers.cards.screen import Press, Row, Screen, lines
from handlers.cards.watched import limit_lines
from handlers.texts import Words

PRESETS: Final = (
    (LimitKind.ENERGY, (10, 20, 40)),
    (LimitKind.PERCENT, (80, 90, 100)),
    (LimitKind.SPEND, (10, 20, 40)),
    (LimitKind.TIME, (30, 60, 120)),
)


def subject(charge_id: str, limit: Limit | None = None, *, stop: bool = False) -> str:
    """What a button of this screen is about."""
    chosen = [limit.kind.value, str(limit.amount)] if limit else []
    return json.dumps([charge_id, stop, *chosen])


def read(text: str) -> tuple[str, bool, Limit | None]:
    """The charge, whether limits shall stop, and the limit of a preset."""
    charge_id, stop, *chosen = json.loads(text)
    limit = Limit(LimitKind(chosen[0]), Decimal(chosen[1]), stop) if chosen else None
    return charge_id, stop, limit


def limits_card(words: Words, charge: Charge, *, stop: bool) -> Screen:
    """What is set, and what one tap sets; `stop`: whether the next one shall also stop the charge."""
    words = words.at(charge.place.time_zone)
    told = limit_lines(words, charge)
    text = lines(
        words("🎯 <b>Limits of this charge</b>"),
        words("{identifier} · {name}", identifier=charge.place.identifier or "?", name=charge.place.title),
        "",
        *(told or [words("No limit is set.")]),
        "",
        words("Choose one: at the limit the charge is stopped, and you are told.")
        if stop
        else words("Choose one: at the limit you are told, and charging goes on."),
    )
    return Screen(text, (*_presets(words, charge, stop=stop), *_rows(words, charge, stop=stop)))


def ask_for_value(words: Words, charge_id: str) -> Screen:
    text = words("Type your limit with its unit, for example 25 kWh, 80 %, 45 min or € 15.")
    return Screen(text, _way_out(words, charge_id))


def not_understood(words: Words, charge_id: str) -> Screen:
    text = words("That is no limit I understand. Type for example 25 kWh, 80 %, 45 min or € 15.")
    return Screen(text, _way_out(words, charge_id))


def _way_out(words: Words, charge_id: str) -> tuple[Row, ...]:
    return ((Press(str(words("Back to the limits")), "limits.back", subject(charge_id), ttl=None),),)


def _presets(words: Words, charge: Charge, *, stop: bool) -> tuple[Row, ...]:
    rows = []
    for kind, numbers in PRESETS:
        if kind is LimitKind.SPEND and (charge.tariff is None or charge.tariff.is_free):
            continue
        limits = [Limit(kind, Decimal(number), stop) for number in numbers]
        rows.append(tuple(_preset(words, charge, limit) for limit in limits))
    return tuple(rows)


def _preset(words: Words, charge: Charge, limit: Limit) -> Press:
    return Press(_label(words, charge, limit), "limits.set", subject(charge.id, limit, stop=limit.stop), ttl=None)


def _label(words: Words, charge: Charge, limit: Limit) -> str:
    """Three of them stand side by side on a small phone."""
    if limit.kind is LimitKind.ENERGY:
        return words.short_kwh(limit.amount)
    if limit.kind is LimitKind.TIME:
        return words.short_minutes(limit.amount)
    return str(amount(words, limit, charge))


def _rows(words: Words, charge: Charge, *, stop: bool) -> tuple[Row, ...]:
    turn = words("Only tell me") if stop else words("Also stop then")
    rows: list[Row] = [
        (
            Press(str(words("Own value")), "limits.type", subject(charge.id, stop=stop), ttl=None),
            Press(str(turn), "limits.turn", subject(charge.id, stop=not stop), ttl=None),
        )
    ]
    if charge.care.limits:
        rows.append((Press(str(words("No limits")), "limits.none", charge.id, ttl=None),))
    return tuple(rows)
