"""The networks a driver can use: a list to page through and to search, and each by itself."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from bot.domain.catalogue import DAYS_A_WEEK, Opening, SupportHours, said_in
from bot.domain.ids import Party
from bot.services.costs import zone_of
from bot.services.networks import About
from handlers.cards.fees import own_fee
from handlers.cards.filters import only_network
from handlers.cards.order import drivers_say, order_name
from handlers.cards.screen import Press, Row, Screen, label, lines, stacked
from handlers.escape import cut
from handlers.texts import Html, Words

A_PAGE: Final = 5
NAME: Final = 60
WANTED: Final = 40


def country_names(words: Words) -> Mapping[str, str]:
    """The names of countries in the driver's language, by their codes."""
    return dict(words.locale.territories)


def network_list(
    words: Words, found: Sequence[About], page: int, wanted: str, newest: date | None, *, any_at_all: bool
) -> Screen:
    """A page of those that fit what is wanted (all, when that is empty); `any_at_all` though none may fit."""
    if not any_at_all:
        return Screen(
            lines(
                words("<b>No network is connected yet.</b>"),
                words("As soon as one is, it is listed here. Until then nothing can be started from this chat."),
            )
        )
    last = max(0, (len(found) - 1) // A_PAGE)
    page = min(max(0, page), last)
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    text = lines(
        _heading(words, found, wanted),
        *(_entry(words, about) for about in shown),
        "",
        words("Page {page} of {last}.", page=page + 1, last=last + 1) if last else None,
        words("Descriptions last updated on {date}.", date=words.day(newest)) if newest else None,
        words("More networks are to come. At all others, start by card or at the terminal."),
    )
    presses = [Press(label(about.name), "networks.show", str(about.party), ttl=None) for about in shown]
    return Screen(text, (*stacked(presses), *_turning(words, page, last, wanted), _searching(words, wanted)))


def _heading(words: Words, found: Sequence[About], wanted: str) -> Html:
    if not wanted:
        return words.many("<b>{number} network</b>", "<b>{number} networks</b>", len(found))
    said = cut(wanted, WANTED)
    if not found:
        return words("<b>No network fits {wanted}.</b>", wanted=said)
    return words.many(
        "<b>{number} network fits {wanted}</b>", "<b>{number} networks fit {wanted}</b>", len(found), wanted=said
    )


def _entry(words: Words, about: About) -> Html:
    profile = about.network.profile if about.network else None
    hotline = about.network.hotline if about.network else ""
    return lines(
        "",
        words("<b>{name}</b> · {country}", name=cut(about.name, NAME), country=_countries(words, about)),
        _stations(words, about),
        words("Identifier like <code>{example}</code>", example=profile.example)
        if profile and profile.example
        else None,
        words("Start: {order}", order=order_name(words, about)),
        words("Hotline {hotline}", hotline=hotline) if hotline else None,
    )


def _countries(words: Words, about: About) -> str:
    names = country_names(words)
    return ", ".join(names.get(code, code) for code in about.countries[:A_PAGE])


def _stations(words: Words, about: About) -> Html:
    if not about.stations:
        return words("No station can be started from this chat yet")
    return words.many(
        "{number} station starts from this chat", "{number} stations start from this chat", about.stations
    )


def _turning(words: Words, page: int, last: int, wanted: str) -> tuple[Row, ...]:
    row = []
    if page > 0:
        row.append(Press(str(words("« Previous")), "networks.page", json.dumps([wanted, page - 1])))
    if page < last:
        row.append(Press(str(words("Next »")), "networks.page", json.dumps([wanted, page + 1])))
    return (tuple(row),) if row else ()


def _searching(words: Words, wanted: str) -> Row:
    search = Press(str(words("Search")), "networks.search", ttl=None)
    if not wanted:
        return (search,)
    return (search, Press(str(words("All networks")), "networks.page", json.dumps(["", 0])))


def ask_what_to_search(words: Words) -> Screen:
    text = words("Type the name of a network or of a country.")
    return Screen(text, ((_all(words),),))


def _all(words: Words) -> Press:
    return Press(str(words("« All networks")), "networks.page", json.dumps(["", 0]))


def network_page(words: Words, about: About, now: datetime) -> Screen:
    """Everything that is known of one network."""
    network = about.network
    text = lines(
        words("<b>{name}</b> · {country}", name=cut(about.name, NAME), country=_countries(words, about)),
        _stations(words, about),
        "",
        words("Start: {order}", order=order_name(words, about)),
        drivers_say(words, about),
        *_identifier(words, about),
        "",
        *own_fee(words, about),
        words("Hotline {hotline}", hotline=network.hotline) if network and network.hotline else None,
        *(support_hours(words, network.support_hours, now) if network and network.support_hours else ()),
        "",
        words("Last updated on {date}.", date=words.day(network.updated))
        if network
        else words("Nobody has described this network yet: this is what its own data says."),
    )
    where = Press(str(words("Where do I find it?")), "networks.where", str(about.party))
    return Screen(text, ((where,), (only_network(words, about.party),), (_all(words),)))


def _identifier(words: Words, about: About) -> Iterator[Html]:
    profile = about.network.profile if about.network else None
    if profile is None:
        return
    if profile.example:
        yield words("Identifier like <code>{example}</code>", example=profile.example)
    if text := said_in(profile.where_printed, words.reads):
        yield words("Where it is printed: {text}", text=text)


def support_hours(words: Words, hours: SupportHours, now: datetime) -> Iterator[Html]:
    """When the hotline answers, by its own clock, and whether it does now."""
    if hours.always:
        yield words("Answered day and night")
        return
    if text := said_in(hours.text, words.reads):
        yield words("Answered: {text}", text=text)
    for opening in sorted(hours.week, key=lambda opening: (opening.weekday, opening.begin)):
        yield _opening(words, opening)
    local = now.astimezone(zone_of(hours.zone))
    if (is_open := hours.open_at(local)) is not None:
        yield words("Answered right now") if is_open else words("Not answered right now")


def _opening(words: Words, opening: Opening) -> Html:
    day = words.locale.days["format"]["abbreviated"][opening.weekday % DAYS_A_WEEK]
    if opening.begin == opening.end:
        return words("{day}: day and night", day=day)
    return words("{day}: {begin} to {end}", day=day, begin=f"{opening.begin:%H:%M}", end=f"{opening.end:%H:%M}")


def party_in(subject: str) -> Party:
    """The party that a button names."""
    return Party.of(*subject.split("-", 1))
