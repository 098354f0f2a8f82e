"""A second calculator, slow and obviously right: it lives through a session second by second.

Independent of the engine: whole seconds, whole watt-hours and fractions; it shares with it only the tariff's classes.
It knows charging and parking, not reservations, VAT or price limits, which the engine adds afterwards.
"""

from datetime import timedelta
from fractions import Fraction

DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


def live_through(tariff, stretches, begin, zone):
    """Cost before tax of stretches (seconds, Wh per second, "TIME" or "PARKING_TIME", amperes), as a Fraction."""
    used = {}  # (dimension, price) -> Wh or seconds, in units of one
    last = {}  # dimension -> (price, step_size)
    flat = None
    second, wh = 0, 0
    for length, power, kind, amperes in stretches:
        for _ in range(length):
            local = (begin + timedelta(seconds=second)).astimezone(zone)
            state = (local, wh, second, amperes, power)
            for dimension, amount in (("FLAT", 1), ("ENERGY", power), (kind, 1)):
                component = _component(tariff, dimension, state) if amount else None
                if component is None:
                    continue
                if dimension == "FLAT":
                    flat = component.price if flat is None else flat
                    continue
                key = (dimension, component.price)
                used[key] = used.get(key, 0) + amount
                last[dimension] = (component.price, component.step_size)
            second += 1
            wh += power
    for dimension in ("ENERGY", "PARKING_TIME" if "PARKING_TIME" in last else "TIME"):
        if dimension in last:
            price, step = last[dimension]
            total = sum(amount for (name, _), amount in used.items() if name == dimension)
            used[dimension, price] += -total % step if step else 0
    unit = {"ENERGY": 1000, "TIME": 3600, "PARKING_TIME": 3600}
    cost = sum((Fraction(amount, unit[name]) * Fraction(price) for (name, price), amount in used.items()), Fraction(0))
    return cost + (Fraction(flat) if flat is not None else 0)


def _component(tariff, dimension, state):
    for element in tariff.elements:
        for component in element.components:
            if component.type == dimension and _applies(element.restrictions, *state):
                return component
    return None


def _applies(limits, local, wh, second, amperes, power):
    if limits is None:
        return True
    clock = local.strftime("%H:%M")
    start = limits.start_time.strftime("%H:%M") if limits.start_time else "00:00"
    end = limits.end_time.strftime("%H:%M") if limits.end_time else "00:00"
    in_hours = start <= clock < end if start < end else clock >= start or clock < end or start == end
    kilowatts = Fraction(power * 3600, 1000)
    return all(
        (
            in_hours,
            not limits.day_of_week or DAYS[local.weekday()] in limits.day_of_week,
            limits.start_date is None or local.date() >= limits.start_date,
            limits.end_date is None or local.date() < limits.end_date,
            limits.min_kwh is None or wh >= limits.min_kwh * 1000,
            limits.max_kwh is None or wh < limits.max_kwh * 1000,
            limits.min_duration is None or second >= limits.min_duration,
            limits.max_duration is None or second < limits.max_duration,
            limits.min_current is None or amperes >= limits.min_current,
            limits.max_current is None or amperes < limits.max_current,
            limits.min_power is None or kilowatts >= Fraction(limits.min_power),
            limits.max_power is None or kilowatts < Fraction(limits.max_power),
        )
    )
