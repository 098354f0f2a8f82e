"""The identifier printed on a connector: shown as printed, compared as typed by cold hands.

Operators print anything from "A" to a full EVSE id (eMI3/IDACS, e.g. NL*CIT*E201*1). Never the technical uid.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.domain.station import Evse

_ALIKE = str.maketrans("OIL", "011")
SHORTEST_SUFFIX = 3
LONGEST: Final = 64
"""Characters; the longest identifier that OCPI has is 48."""

LONGEST_CODE: Final = 2000
"""Characters of a QR code that are looked at; a code holds up to 7,089 digits."""

MOST_CANDIDATES: Final = 12
_EVSE_ID: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[*-]?[A-Za-z0-9]{3}[*-]?[Ee][A-Za-z0-9*-]{1,30}")


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


def candidates(code: str) -> tuple[str, ...]:
    """What in a scanned code may be an identifier, the likeliest first. A link is read as text and never opened."""
    code = code.strip()[:LONGEST_CODE]
    found = dict.fromkeys(part.strip(" /") for part in _parts(code))
    return tuple(part for part in found if 0 < len(part) <= LONGEST and normalised(part))[:MOST_CANDIDATES]


def _parts(code: str) -> Iterator[str]:
    yield from (match.group() for match in _EVSE_ID.finditer(unquote(code)))
    if "://" not in code:
        yield code
        return
    try:
        link = urlsplit(code)
        values = [value for _, value in parse_qsl(link.query, max_num_fields=20)]
    except ValueError:
        return
    yield from values
    yield from (unquote(part) for part in reversed(link.path.split("/")))
    yield link.fragment
