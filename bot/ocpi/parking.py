"""Parking places in OCPI 2.3.0 words: which vehicles fit, and who needs the space (2.3.0 mod_locations, Parking)."""

from typing import Any, Final

from bot.domain.station import Parking
from bot.ocpi.reader import Fields
from bot.ocpi.wire import without_none

_MOST: Final = 10**6
_NUMBERS: Final = {
    "max_height": "max_vehicle_height",
    "max_length": "max_vehicle_length",
    "max_width": "max_vehicle_width",
    "max_weight": "max_vehicle_weight",
    "space_length": "parking_space_length",
    "space_width": "parking_space_width",
    "time_limit": "time_limit",
}
_FLAGS: Final = {
    "restricted_to_type": "restricted_to_type",
    "reservation_required": "reservation_required",
    "drive_through": "drive_through",
    "roofed": "roofed",
    "lit": "lighting",
}


def read_parking(fields: Fields) -> Parking:
    """Read a Parking.

    Raises:
        InvalidParameters: without an id nothing can refer to it.

    """
    known: dict[str, Any] = {ours: _whole(fields, theirs) for ours, theirs in _NUMBERS.items()}
    known |= {ours: fields.flag(theirs) for ours, theirs in _FLAGS.items()}
    return Parking(
        id=fields.needed_id("id"),
        physical_reference=fields.text("physical_reference", 12),
        vehicle_types=tuple(word.upper() for word in fields.words("vehicle_types")),
        standards=fields.words("standards"),
        **known,
    )


def _whole(fields: Fields, name: str) -> int | None:
    number = fields.number(name, 0, _MOST)
    return None if number is None else int(number)


def write_parking(place: Parking) -> dict[str, Any]:
    told = {theirs: getattr(place, ours) for ours, theirs in (_NUMBERS | _FLAGS).items()}
    return without_none(
        {
            "id": place.id,
            "physical_reference": place.physical_reference,
            "vehicle_types": list(place.vehicle_types),
            "standards": list(place.standards),
        }
        | told
    )


def read_link(fields: Fields) -> tuple[str, str]:
    """Read an EVSEParking: the id of a parking place, and where the EVSE stands beside it, if that is said.

    Raises:
        InvalidParameters: it names no parking place.

    """
    return fields.needed_id("parking_id"), fields.word("evse_position") or ""


def write_link(link: tuple[str, str]) -> dict[str, Any]:
    return without_none({"parking_id": link[0], "evse_position": link[1] or None})
