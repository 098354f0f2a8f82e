"""The chart of a charge in words, for who cannot see it and for its own labels."""

import re
from collections.abc import Sequence

from bot.domain.charge import Charge
from bot.domain.watch.readings import Reading, powers
from handlers.cards.screen import Screen, lines
from handlers.texts import Html, Words

PLAIN = re.compile(r"[^\x20-\x7e\xa0-\u024f\u0370-\u03ff\u0400-\u04ff]")
"""What the chart's typeface has no glyphs for."""

LONGEST_TITLE = 60


def caption(words: Words, charge: Charge, readings: Sequence[Reading]) -> Html:
    """The main numbers, so that nothing hangs on seeing the picture."""
    words = words.at(charge.place.time_zone)
    first, last = readings[0], readings[-1]
    kilowatts = [kw for _, kw in powers(readings)]
    return lines(
        words("📈 <b>{identifier}</b> · {name}", identifier=charge.place.identifier or "?", name=charge.place.title),
        words(
            "From {begin} to {end}: {kwh}.",
            begin=words.short_clock(first.at),
            end=words.short_clock(last.at),
            kwh=words.kwh(last.kwh),
        ),
        words(
            "Power: at most {most} kW, last {last} kW.",
            most=words.number(max(kilowatts), 1),
            last=words.number(kilowatts[-1], 1),
        )
        if kilowatts
        else None,
        words("Battery: from {first} % to {last} %.", first=_level(words, first), last=_level(words, last))
        if first.level is not None and last.level is not None
        else None,
    )


def _level(words: Words, reading: Reading) -> str:
    return words.number(reading.level or 0, 0)


def title(charge: Charge) -> str:
    """For the picture, which knows no markup and few scripts."""
    text = PLAIN.sub("", f"{charge.place.identifier} · {charge.place.title}")
    return text.replace("$", r"\$")[:LONGEST_TITLE]


def nothing_yet(words: Words) -> Screen:
    return Screen(words("There is nothing to draw yet: the operator has told no reading."))
