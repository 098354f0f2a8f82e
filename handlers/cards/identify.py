"""Is it really this connector? One screen: what the sticker says, what it costs, and what comes first."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.catalogue import Question, Spot, said_in
from bot.domain.identifier import normalised
from bot.services.costs import Example
from bot.services.networks import About
from bot.services.offers import Offer
from handlers.cards.alerts import alert_press
from handlers.cards.connectors import NAME, plug, power, subject
from handlers.cards.elsewhere import alternatives_press
from handlers.cards.favourites import favourite_press
from handlers.cards.order import how_to_start
from handlers.cards.parking import parking_notes
from handlers.cards.prices import price_block
from handlers.cards.screen import Press, Row, Screen, Style, lines
from handlers.escape import cut, esc
from handlers.texts import Html, Words, msg

DIRECTIONS = 200


def identify(
    words: Words, offer: Offer, about: About, example: Example | None, now: datetime, note: Html | None = None
) -> Screen:
    """The identifier exactly as printed, to be confirmed; where none is known, that is said.

    The buttons name their connector: a yes is never taken for another than the one that was asked about.
    """
    words = words.at(offer.station.time_zone)
    yes = words("Yes, it says this") if offer.identifier else words("I am sure: this one")
    text = lines(
        *((note, "") if note else ()),
        *_question(words, offer),
        "",
        *price_block(words, offer, about, example, now),
        "",
        how_to_start(words, about),
    )
    return Screen(
        text,
        (
            (Press(str(yes), "identify.yes", subject(offer), style=Style.SUCCESS),),
            (Press(str(words("No, something else")), "identify.no", subject(offer)),),
            (Press(str(words("Where do I find it?")), "identify.where", subject(offer)),),
            _aside(words, offer),
            (Press(str(words("« Back")), "station.charge", offer.station.id),),
        ),
    )


def _aside(words: Words, offer: Offer) -> Row:
    """What else there is to do here: mark it, or where it is busy, go elsewhere or wait for it."""
    if offer.evse.free:
        return (favourite_press(words, subject(offer)),)
    elsewhere = alternatives_press(words, subject(offer))
    if not offer.evse.startable:
        return (elsewhere,)
    return elsewhere, alert_press(words, (offer.station.id, offer.evse.uid, offer.connector.id))


def _question(words: Words, offer: Offer) -> Sequence[Html | str | None]:
    where = words(
        "{plug}, {power}, at {name}",
        plug=plug(words, offer.connector),
        power=power(words, offer.connector),
        name=cut(offer.station.title, NAME),
    )
    if offer.identifier is None:
        return (
            words("<b>The operator does not tell what is printed on this connector.</b>"),
            where,
            *_which_one(words, offer),
            words("Please make sure that you stand in front of this one."),
        )
    return (
        words("<b>Does the station say this?</b>"),
        "",
        words("<code>{identifier}</code>", identifier=offer.identifier),
        _full_identifier(words, offer),
        "",
        where,
        *_which_one(words, offer),
    )


def _which_one(words: Words, offer: Offer) -> Sequence[Html | None]:
    """What tells it apart from its neighbours: floor, way, and the plug where the identifier alone does not."""
    told = dict(offer.evse.directions)
    way = told.get(words.reads) or told.get("en") or next(iter(told.values()), None)
    return (
        words("Floor: {floor}", floor=offer.evse.floor_level) if offer.evse.floor_level else None,
        words("Which one: {text}", text=Html(esc(way, DIRECTIONS))) if way else None,
        _shared(words, offer),
        *parking_notes(words, offer.station, offer.evse),
    )


def _shared(words: Words, offer: Offer) -> Html | None:
    """An identifier that stands on several plugs does not say which of them is meant."""
    if offer.identifier is None:
        return None
    if len(offer.evse.connectors) > 1:
        return words(
            "Several plugs share this identifier: this is about the <b>{plug}</b>.", plug=plug(words, offer.connector)
        )
    mine = normalised(offer.identifier)
    twins = [
        evse
        for evse in offer.station.present
        if evse.uid != offer.evse.uid and normalised(evse.physical_reference or evse.evse_id or "") == mine
    ]
    if not twins:
        return None
    return words("⚠ Another connector here carries the same identifier. Make sure that this is the one you mean.")


def _full_identifier(words: Words, offer: Offer) -> Html | None:
    """A sticker may be short, and some stations show the long form beside it."""
    full = offer.evse.evse_id
    return words("(in full: {full})", full=full) if full and full != offer.identifier else None


_DRIVERS_FOUND = {
    Spot.STICKER: msg("Drivers found it on a sticker beside the connector ({agreeing} of {asked})."),
    Spot.DISPLAY: msg("Drivers found it on the display ({agreeing} of {asked})."),
    Spot.PLATE: msg("Drivers found it on a plate on the side ({agreeing} of {asked})."),
    Spot.PLUG: msg("Drivers found it on the plug ({agreeing} of {asked})."),
}


def where_to_look(words: Words, offer: Offer, about: About) -> Screen:
    """Help that keeps the driver's place in the conversation; the words of its network first, then the picture's."""
    back = Press(str(words("« Back to the question")), "identify.found", subject(offer))
    return Screen(_where(words, about, offer.identifier), ((back,),))


def where_at(words: Words, about: About) -> Screen:
    """The same help without a connector in question."""
    close = Press(str(words("Close the picture")), "networks.looked", str(about.party))
    return Screen(_where(words, about, None), ((close,),))


def _where(words: Words, about: About, identifier: str | None) -> Html:
    profile = about.network.profile if about.network else None
    own_words = said_in(profile.where_printed, words.reads) if profile else None
    example = identifier or (profile.example if profile else "")
    return lines(
        words("<b>Where is the identifier?</b>"),
        words("At {name}: {text}", name=about.name, text=own_words) if own_words else None,
        *([] if profile and profile.has_picture else _four_places(words)),
        _drivers_found_it(words, about),
        words("It looks like {example}.", example=example) if example else None,
        words("Small differences such as spaces, dashes or stars do not matter."),
    )


def _four_places(words: Words) -> Sequence[Html]:
    return (
        words("1. On a sticker beside or above the connector, often next to a QR code."),
        words("2. On the station's display, while nobody is charging."),
        words("3. On a plate on the side of the station; on shared posts each side has its own."),
        words("4. On the plug or its holder, as a label with a QR code."),
    )


def _drivers_found_it(words: Words, about: About) -> Html | None:
    said = about.said.get(Question.SPOT)
    if said is None:
        return None
    return words(_DRIVERS_FOUND[Spot(said.answer)], agreeing=said.agreeing, asked=said.asked)


def ask_to_type(words: Words, asked: str) -> Screen:
    """`asked`: the connector that it was not, to go back to."""
    text = words("Please type what the station says, as it is printed, or send a photo of its QR code.")
    return Screen(text, (_back(words, asked),))


def _back(words: Words, asked: str) -> Row:
    return (Press(str(words("« Back to the question")), "identify.again", asked),)
