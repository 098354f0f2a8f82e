"""What a list of stations leaves out: one screen to choose it, and the words that say so above each list."""

import json
from typing import Final

from bot.domain.driver import Filters
from bot.domain.ids import Party
from handlers.cards.screen import Press, Row, Screen, label, lines
from handlers.cards.settings import PLUGS
from handlers.escape import cut
from handlers.texts import Html, Words

POWERS: Final = (11_000, 22_000, 50_000, 150_000)
NAME: Final = 60


def in_words(words: Words, filters: Filters, network: str = "") -> Html | None:
    """The filters that act besides the one for what can be started; None when none does.

    `network` is what the only network is called, where there is one.
    """
    said = [
        words("plug {plugs}", plugs=_plugs(words, filters)) if filters.plugs else None,
        words("at least {power}", power=words.kilowatts(filters.watts)) if filters.watts else None,
        words("free now") if filters.free else None,
        words("accessible parking") if filters.accessible else None,
        words("network {name}", name=cut(network, NAME)) if filters.network else None,
    ]
    told = [part for part in said if part]
    return words("Filters: {filters}", filters=Html("; ".join(told))) if told else None


def _plugs(words: Words, filters: Filters) -> Html:
    return Html(", ".join(words(PLUGS[plug]) for plug in filters.plugs if plug in PLUGS))


def filter_press(words: Words) -> Press:
    return Press(str(words("Filters")), "filters.show", ttl=None)


def filters_card(words: Words, filters: Filters, network: str = "") -> Screen:
    """Every choice is a button, and the words above say what is chosen."""
    any_plug = words("any")
    text = lines(
        words("<b>What shall I show?</b>"),
        words("Only startable from here: yes") if filters.startable else words("Only startable from here: no"),
        words("Plugs: {plugs}", plugs=_plugs(words, filters) if filters.plugs else any_plug),
        words("Power: at least {power}", power=words.kilowatts(filters.watts))
        if filters.watts
        else words("Power: any"),
        words("Only free now: yes") if filters.free else words("Only free now: no"),
        words("Only with accessible parking: yes") if filters.accessible else None,
        words("Network: {name}", name=cut(network, NAME)) if filters.network else words("Network: any"),
    )
    plugs = tuple(_choice(words, words(name), "plug", plug, on=plug in filters.plugs) for plug, name in PLUGS.items())
    powers = tuple(
        _choice(words, Html(words.kilowatts(watts)), "watts", str(watts), on=watts == filters.watts) for watts in POWERS
    )
    rows: tuple[Row, ...] = (
        (
            _choice(words, words("Startable"), "startable", "", on=filters.startable),
            _choice(words, words("Free now"), "free", "", on=filters.free),
        ),
        plugs[:2],
        plugs[2:],
        powers[:2],
        powers[2:],
        (
            _choice(words, words("Accessible parking"), "accessible", "", on=filters.accessible),
            _network(words, filters, network),
        ),
        (Press(str(words("Show the list")), "find.back"),),
    )
    return Screen(text, rows)


def _network(words: Words, filters: Filters, network: str) -> Press:
    """The way to choose one, or to have all of them again."""
    if filters.network is None:
        return Press(str(words("Choose a network")), "networks.page", json.dumps(["", 0]), ttl=None)
    return Press(label(words("✓ {name}", name=network)), "filters.turn", f"network {filters.network} off", ttl=None)


def only_network(words: Words, party: Party) -> Press:
    """On the page of a network: nothing but its stations from now on."""
    return Press(str(words("Only this network")), "filters.turn", f"network {party} on", ttl=None)


def _choice(words: Words, name: Html, kind: str, value: str, *, on: bool) -> Press:
    said = words("✓ {name}", name=name) if on else name
    return Press(str(said), "filters.turn", f"{kind} {value} {'off' if on else 'on'}", ttl=None)


def choice_in(subject: str) -> tuple[str, str, bool]:
    """Which filter, its value, and whether it shall act: as the button says, so a second tap changes nothing."""
    kind, rest = subject.split(" ", 1)
    value, wanted = rest.rsplit(" ", 1)
    return kind, value, wanted == "on"
