"""What a deep link carries: a payload that names a public thing. Opening it asks, and starts nothing.

`e-NLHAVE04211` is a charge point by its normalised identifier, `e-NLHAVE04211-2` one of its connectors, `s-...` a
station. Whatever else is in a payload leads nowhere.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from typing import Final

from bot.domain.identifier import normalised
from bot.domain.ids import ConnectorId, StationId
from bot.domain.station import Connector, Evse

LONGEST: Final = 64
"""Characters of a payload that the messenger takes."""

HERE: Final = "here"
"""A payload that names nothing: only the way into the chat."""

_EVSE: Final = re.compile(r"e-([0-9A-Z]{3,48})(?:-([0-9A-Za-z]{1,12}))?")
_STATION: Final = re.compile(r"s-([0-9A-Za-z_-]{1,62})")


@dataclass(frozen=True, slots=True)
class NamedEvse:
    """A charge point by its normalised identifier; `connector_id` where it has several."""

    normal: str
    connector_id: ConnectorId | None = None


@dataclass(frozen=True, slots=True)
class NamedStation:
    station_id: StationId


Named = NamedEvse | NamedStation


def evse_payload(evse: Evse, connector: Connector | None = None) -> str | None:
    """What names this charge point, and of several connectors this one; None when nothing printed does."""
    normal = normalised(evse.evse_id or evse.physical_reference or "")
    wanted = f"-{connector.id}" if connector is not None and len(evse.connectors) > 1 else ""
    for payload in (f"e-{normal}{wanted}", f"e-{normal}"):
        if len(payload) <= LONGEST and _EVSE.fullmatch(payload):
            return payload
    return None


def station_payload(station_id: StationId) -> str | None:
    """What names this station; None for an id that is too long for a payload."""
    payload = "s-" + urlsafe_b64encode(station_id.encode()).decode().rstrip("=")
    return payload if len(payload) <= LONGEST else None


def named(payload: str) -> Named | None:
    """What a payload names, whoever wrote it; None for anything else than ours."""
    if len(payload) > LONGEST:
        return None
    if match := _EVSE.fullmatch(payload):
        normal, connector_id = match.groups()
        return NamedEvse(normalised(normal), None if connector_id is None else ConnectorId(connector_id))
    if match := _STATION.fullmatch(payload):
        text = match[1]
        try:
            return NamedStation(StationId(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()))
        except (Error, ValueError):
            return None
    return None
