"""The identifier printed on a connector: shown as printed, compared as typed by cold hands.

Operators print anything from "A" to a full EVSE id (eMI3/IDACS, e.g. NL*CIT*E201*1). Never the technical uid.
"""

from bot.domain.station import Evse

_ALIKE = str.maketrans("OIL", "011")
SHORTEST_SUFFIX = 3


def normalised(text: str) -> str:
    """Upper case, letters and digits only, O and 0 alike, I, L and 1 alike."""
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum()).translate(_ALIKE)


def printed_on(evse: Evse) -> str | None:
    """What the sticker says, letter for letter: the physical reference, else the EVSE id; None if neither is known."""
    return evse.physical_reference or evse.evse_id


def written_forms(evse: Evse) -> tuple[str, ...]:
    """The normalised forms by which a driver may ask for this charge point; short ones only help within a station."""
    forms = (normalised(form) for form in (evse.evse_id, evse.physical_reference) if form)
    return tuple(dict.fromkeys(form for form in forms if form))
