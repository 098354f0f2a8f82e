"""The versions of OCPI we speak: each is a translation between its words and our one model.

A further version is one more Translation: usually most functions of a neighbour and its own few.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.charge import Answer, Charge
from bot.domain.ids import Party, SessionId
from bot.domain.session import Cdr, Session
from bot.domain.station import Station
from bot.domain.tariff import Tariff
from bot.ocpi import cdrs, commands, locations, sessions, tariffs
from bot.ocpi.credentials import VersionLink
from bot.ocpi.errors import UnsupportedVersion
from bot.ocpi.reader import Notes, Source


@dataclass(frozen=True, slots=True)
class Translation:
    """How one version says what our model means. All readers raise InvalidParameters for what is of no use."""

    version: str
    read_station: Callable[[object, Source, Notes], Station]
    read_tariff: Callable[[object, Source, Notes], tuple[Party, Tariff]]
    read_session: Callable[[object, Source, Notes], Session]
    read_cdr: Callable[[object, Source, Notes], Cdr]
    read_answer: Callable[[object, Notes, str], Answer]
    write_start: Callable[[Charge, dict[str, Any], str], dict[str, Any]]
    write_stop: Callable[[SessionId, str], dict[str, Any]]


V2_2_1: Final = Translation(
    version="2.2.1",
    read_station=locations.read_station,
    read_tariff=tariffs.read_tariff,
    read_session=sessions.read_session,
    read_cdr=cdrs.read_cdr,
    read_answer=commands.read_answer,
    write_start=commands.write_start,
    write_stop=commands.write_stop,
)

SPOKEN: Final = {V2_2_1.version: V2_2_1}
"""Best first."""


def translation(version: str) -> Translation:
    """The translation of a version.

    Raises:
        UnsupportedVersion: we do not speak it.

    """
    if version not in SPOKEN:
        raise UnsupportedVersion(f"we do not speak OCPI {version[:20]}")
    return SPOKEN[version]


def best_common(links: Iterable[VersionLink]) -> VersionLink:
    """Of the versions a peer offers, the best that we speak too.

    Raises:
        UnsupportedVersion: there is none.

    """
    offered = {link.version: link for link in links}
    for version in SPOKEN:
        if version in offered:
            return offered[version]
    raise UnsupportedVersion(f"no OCPI version in common: we speak {', '.join(SPOKEN)}")
