"""Who may park at a charge point, and for how long: said before the start, where an operator tells it."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.station import DISABLED, Evse, Parking, Station
from handlers.texts import Html, Words


def parking_notes(words: Words, station: Station, evse: Evse) -> Iterator[Html]:
    """For a driver about to charge here; what holds for one of several parking places only is not said."""
    places = station.parking_at(evse)
    if DISABLED in evse.parking_restrictions or (places and all(map(_reserved, places))):
        yield words("⚠ Parking here is reserved for people with disabilities.")
    if limits := [place.time_limit for place in places if place.time_limit]:
        yield words("Parking here is limited to {span}.", span=words.duration(timedelta(minutes=min(limits))))


def accessible_parking(words: Words, station: Station) -> Html | None:
    """For a driver who looks for it."""
    return words("There is parking for people with disabilities.") if station.accessible else None


def _reserved(place: Parking) -> bool:
    return place.accessible and place.restricted_to_type is True
