"""Tokens in OCPI 2.2.1 words: one APP_USER token for every charge, one RFID token for every card (2.2.1 mod_tokens).

That of a charge is never to be whitelisted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.domain.charge import Charge
from bot.domain.driver import Pass, PassStatus
from bot.domain.ids import EvseUid, LocationId
from bot.domain.reservation import Reservation
from bot.ocpi.credentials import Provider
from bot.ocpi.errors import NotEnoughInformation
from bot.ocpi.reader import Fields, Notes
from bot.ocpi.wire import stamp, without_none

APP_USER: Final = "APP_USER"
RFID: Final = "RFID"
_LONGEST_TEXT: Final = 64


class Allowed(StrEnum):
    """The word of a real-time authorisation (OCPI AllowedType)."""

    ALLOWED = "ALLOWED"
    BLOCKED = "BLOCKED"
    EXPIRED = "EXPIRED"
    NO_CREDIT = "NO_CREDIT"
    NOT_ALLOWED = "NOT_ALLOWED"


@dataclass(frozen=True, slots=True)
class LocationReferences:
    """Where a token is held up to a reader."""

    location_id: LocationId
    evse_uids: tuple[EvseUid, ...] = ()


Bearer = Charge | Reservation
"""Whose token it is: each has one of its own."""


def write_token(bearer: Bearer, us: Provider, language: str, *, valid: bool, updated: datetime) -> dict[str, Any]:
    """The Token of a charge or a reservation; of `language`, an IETF tag, OCPI takes two letters."""
    return without_none(
        {
            "country_code": us.party.country_code,
            "party_id": us.party.party_id,
            "uid": bearer.token_uid,
            "type": APP_USER,
            "contract_id": bearer.contract_id,
            "visual_number": bearer.pass_number[:_LONGEST_TEXT],
            "issuer": us.business_name[:_LONGEST_TEXT],
            "valid": valid,
            "whitelist": "NEVER",
            "language": language_code(language),
            "last_updated": stamp(updated),
        }
    )


def write_card_token(card: Pass, us: Provider, language: str) -> dict[str, Any]:
    """The Token of a pass that is a card: asked about in real time, and trusted while we cannot be reached."""
    return without_none(
        {
            "country_code": us.party.country_code,
            "party_id": us.party.party_id,
            "uid": card.uid,
            "type": RFID,
            "contract_id": card.contract_id,
            "visual_number": card.number[:_LONGEST_TEXT],
            "issuer": us.business_name[:_LONGEST_TEXT],
            "valid": card.status is PassStatus.ACTIVE,
            "whitelist": "ALLOWED_OFFLINE",
            "language": language_code(language),
            "last_updated": stamp(card.since),
        }
    )


def language_code(tag: str) -> str | None:
    """ISO 639-1 of an IETF tag: "de" of "de-AT"; None where it has no two-letter code."""
    code = tag.partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None  # noqa: PLR2004  ISO 639-1


def read_location_references(raw: object, notes: Notes) -> LocationReferences | None:
    """Read the optional body of an authorisation request; None when there is none.

    Raises:
        InvalidParameters: it is no object. NotEnoughInformation: it names no location.

    """
    if raw is None:
        return None
    fields = Fields.of(raw, notes)
    location_id = fields.id("location_id")
    if location_id is None:
        raise NotEnoughInformation("location_id is missing")
    return LocationReferences(LocationId(location_id), tuple(map(EvseUid, fields.words("evse_uids"))))


def write_authorization(
    allowed: Allowed,
    token: Mapping[str, Any],
    *,
    location: LocationReferences | None = None,
    reference: str | None = None,
    info: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """An AuthorizationInfo; `info` is a text for the driver by language."""
    where = location and without_none({"location_id": location.location_id, "evse_uids": list(location.evse_uids)})
    text = [{"language": language, "text": text} for language, text in (info or {}).items()]
    return without_none(
        {
            "allowed": allowed.value,
            "token": dict(token),
            "location": where,
            "authorization_reference": reference,
            "info": text[0] if text else None,
        }
    )
