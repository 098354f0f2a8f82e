"""A second calculator, slow and obviously right: it lives through a session second by second.

Independent of the engine: whole seconds, whole watt-hours and fractions; it shares with it only the tariff's classes.
"""

from datetime import timedelta
from fractions import Fraction

DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
UNITS = {"ENERGY": 1000, "TIME": 3600, "PARKING_TIME": 3600, "RESERVATION_TIME": 3600}


def live_through(tariff, stretches, begin, zone):
    """Cost before tax of stretches (seconds, Wh per second, "TIME" or "PARKING_TIME", amperes), as a Fraction."""
    return live_through_all([tariff], [(*stretch, 0) for stretch in stretches], begin, zone)[0]


def live_through_all(tariffs, stretches, begin, zone):
    """Cost before and with tax, limits of price applied; the fifth of a stretch says which tariff is its own.

    "RESERVATION_TIME" stretches come first; a session of nothing else is a reservation that expired.
    """
    expired = all(kind == "RESERVATION_TIME" for _, _, kind, _, _ in stretches)
    waited = sum(length for length, _, kind, _, _ in stretches if kind == "RESERVATION_TIME")
    used, last, fees = {}, {}, {}
    second, wh = 0, 0
    for length, power, kind, amperes, which in stretches:
        reserving = kind == "RESERVATION_TIME"
        for _ in range(length):
            local = (begin + timedelta(seconds=second)).astimezone(zone)
            state = (local, wh, second if reserving else second - waited, amperes, power)
            wanted = [("FLAT", 1), ("TIME", 1)] if reserving else [("FLAT", 1), ("ENERGY", power), (kind, 1)]
            for dimension, amount in wanted:
                found = _component(tariffs[which], dimension, state, reserving, expired) if amount else None
                if found is None:
                    continue
                if dimension == "FLAT":
                    fees.setdefault(reserving, found)
                    continue
                name = kind if dimension == "TIME" else dimension
                key = (name, found.price, found.vat)
                used[key] = used.get(key, 0) + amount
                last[name] = (key, found.step_size)
            second += 1
            wh += 0 if reserving else power
    for name in ("ENERGY", "RESERVATION_TIME", "PARKING_TIME" if "PARKING_TIME" in last else "TIME"):
        if name in last:
            key, step = last[name]
            total = sum(amount for (other, *_), amount in used.items() if other == name)
            used[key] += -total % step if step else 0
    costs = [(Fraction(amount, UNITS[name]) * Fraction(price), vat) for (name, price, vat), amount in used.items()]
    costs += [(Fraction(fee.price), fee.vat) for fee in fees.values()]
    excl = sum((cost for cost, _ in costs), Fraction(0))
    incl = sum((cost * (1 + Fraction(vat or 0) / 100) for cost, vat in costs), Fraction(0))
    return _limited(tariffs, stretches, excl, incl)


def _limited(tariffs, stretches, excl, incl):
    """The floors first, then the ceilings, of the tariffs that were used; each limit here has both of its sides."""
    seen = [tariffs[which] for which in sorted({which for *_, which in stretches})]
    for pick, choose in (("min_price", max), ("max_price", min)):
        for tariff in seen:
            limit = getattr(tariff, pick)
            if limit is not None:
                excl = choose(excl, Fraction(limit.excl_vat.amount))
                incl = choose(incl, Fraction(limit.incl_vat.amount))
    return excl, incl


def _component(tariff, dimension, state, reserving, expired):
    kinds = [None] if not reserving else ["RESERVATION_EXPIRES", "RESERVATION"] if expired else ["RESERVATION"]
    for kind in kinds:
        for element in tariff.elements:
            if (element.restrictions.reservation if element.restrictions else None) != kind:
                continue
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
