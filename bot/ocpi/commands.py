"""Commands in OCPI 2.2.1 words: what we ask of a station, and what the operator says to it (2.2.1 mod_commands)."""

from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from bot.domain.charge import Answer, Charge
from bot.domain.errors import Why
from bot.domain.ids import SessionId
from bot.domain.place import Place
from bot.domain.reservation import Reservation
from bot.ocpi.reader import Fields, Notes
from bot.ocpi.wire import stamp, without_none

_LONGEST_WAIT: Final = 3600
_LONGEST_TEXT: Final = 512


class Command(StrEnum):
    START_SESSION = "START_SESSION"
    STOP_SESSION = "STOP_SESSION"
    RESERVE_NOW = "RESERVE_NOW"
    CANCEL_RESERVATION = "CANCEL_RESERVATION"
    UNLOCK_CONNECTOR = "UNLOCK_CONNECTOR"


_WORDS: Final = {
    "ACCEPTED": None,
    "REJECTED": Why.REJECTED,
    "NOT_SUPPORTED": Why.NOT_SUPPORTED,
    "UNKNOWN_SESSION": Why.UNKNOWN_SESSION,
    "UNKNOWN_RESERVATION": Why.UNKNOWN_RESERVATION,
    "EVSE_OCCUPIED": Why.EVSE_OCCUPIED,
    "EVSE_INOPERATIVE": Why.EVSE_INOPERATIVE,
    "FAILED": Why.FAILED,
    "TIMEOUT": Why.TIMEOUT,
    "CANCELED_RESERVATION": Why.CANCELED_RESERVATION,
}


def write_start(charge: Charge, token: dict[str, Any], response_url: str) -> dict[str, Any]:
    """The body of START_SESSION; the connector is named only where the charge point wants it named."""
    place = charge.place
    return without_none(
        {
            "response_url": response_url,
            "token": token,
            "location_id": place.location_id,
            "evse_uid": place.evse_uid,
            "connector_id": place.connector_id if place.send_connector else None,
            "authorization_reference": charge.id,
        }
    )


def write_stop(session_id: SessionId, response_url: str) -> dict[str, Any]:
    """The body of STOP_SESSION."""
    return {"response_url": response_url, "session_id": session_id}


def write_reserve(reservation: Reservation, token: dict[str, Any], response_url: str) -> dict[str, Any]:
    """The body of RESERVE_NOW; the same id again moves its end."""
    return {
        "response_url": response_url,
        "token": token,
        "expiry_date": stamp(reservation.until),
        "reservation_id": reservation.id,
        "location_id": reservation.place.location_id,
        "evse_uid": reservation.place.evse_uid,
        "authorization_reference": reservation.id,
    }


def write_cancel(reservation: Reservation, response_url: str) -> dict[str, Any]:
    """The body of CANCEL_RESERVATION."""
    return {"response_url": response_url, "reservation_id": reservation.id}


def write_unlock(place: Place, response_url: str) -> dict[str, Any]:
    """The body of UNLOCK_CONNECTOR, which only people at a help desk may send."""
    return {
        "response_url": response_url,
        "location_id": place.location_id,
        "evse_uid": place.evse_uid,
        "connector_id": place.connector_id,
    }


def read_answer(raw: object, notes: Notes, language: str = "en") -> Answer:
    """Read a CommandResponse or a CommandResult; a word we do not know is a failure, its letters in the message.

    Raises:
        InvalidParameters: there is no result in it.

    """
    fields = Fields.of(raw, notes)
    result = fields.word("result")
    if result is None:
        raise fields.missing("result")
    message = _in_language(fields.display_texts("message"), language)
    if result not in _WORDS:
        fields.refuse("result", "no result of a command that we know")
        return Answer(Why.FAILED, message=message or result[:100])
    seconds = fields.number("timeout", 0, _LONGEST_WAIT)
    return Answer(_WORDS[result], timedelta(seconds=int(seconds)) if seconds else None, message)


def _in_language(texts: tuple[tuple[str, str], ...], language: str) -> str:
    """The text in the driver's language, else in English, else the first."""
    by_language = dict(reversed(texts))
    wanted = (language.partition("-")[0].lower(), "en", *(code for code, _ in texts))
    return next((by_language[code][:_LONGEST_TEXT] for code in wanted if code in by_language), "")
