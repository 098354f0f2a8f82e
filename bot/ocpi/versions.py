"""The versions of OCPI we speak: each is a translation between its words and ours at the border.

Our words are those of 2.2.1, read tolerantly, with what later versions added. A version tells only where it differs:
how an object of its is said in ours, and how one of ours is said in its own. Beyond the border nobody knows versions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.charge import Answer, Charge
from bot.domain.ids import Party, SessionId
from bot.domain.session import Cdr, Session
from bot.domain.station import Station
from bot.domain.tariffs.tariff import Tariff
from bot.ocpi import cdrs, commands, locations, sessions, tariffs, v2_1_1, v2_3_0
from bot.ocpi.credentials import VersionLink
from bot.ocpi.errors import UnsupportedVersion
from bot.ocpi.kinds import Json, Kind
from bot.ocpi.reader import Notes, Source
from bot.ocpi.wire import stamp

_A_MOMENT: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Translation:
    """How one version says what our model means. All readers raise InvalidParameters for what is of no use.

    `routed` and `base64_tokens` say how it writes its headers; `stamped` whether a PATCH must carry `last_updated`,
    `token_types` whether a token is known by its type too, `reservations_end` whether one can be cancelled.
    """

    version: str
    from_theirs: Mapping[Kind, Callable[[Json], Json]] = field(default_factory=dict)
    from_ours: Mapping[Kind, Callable[[Json], Json]] = field(default_factory=dict)
    routed: bool = True
    base64_tokens: bool = True
    stamped: bool = True
    token_types: bool = True
    reservations_end: bool = True

    def ours(self, kind: Kind, raw: object) -> object:
        """An object of theirs, whole or the fields of a PATCH, in our words."""
        change = self.from_theirs.get(kind)
        return change(raw) if change is not None and isinstance(raw, dict) else raw

    def theirs(self, kind: Kind, made: Json) -> Json:
        """An object of ours in their words."""
        change = self.from_ours.get(kind)
        return made if change is None else change(made)

    def patch(self, kind: Kind, raw: object, before: datetime) -> object:
        """A PATCH in our words; where the version asks for no stamp, it counts as just after what we have."""
        ours = self.ours(kind, raw)
        if self.stamped or not isinstance(ours, dict) or ours.get("last_updated") is not None:
            return ours
        return ours | {"last_updated": stamp(before + _A_MOMENT)}

    def read_station(self, raw: object, source: Source, notes: Notes) -> Station:
        return locations.read_station(self.ours(Kind.LOCATION, raw), source, notes)

    def read_tariff(self, raw: object, source: Source, notes: Notes) -> tuple[Party, Tariff]:
        return tariffs.read_tariff(self.ours(Kind.TARIFF, raw), source, notes)

    def read_session(self, raw: object, source: Source, notes: Notes) -> Session:
        return sessions.read_session(self.ours(Kind.SESSION, raw), source, notes)

    def read_cdr(self, raw: object, source: Source, notes: Notes) -> Cdr:
        return cdrs.read_cdr(self.ours(Kind.CDR, raw), source, notes)

    def read_answer(self, raw: object, notes: Notes, language: str = "en") -> Answer:
        return commands.read_answer(raw, notes, language)

    def write_start(self, charge: Charge, token: dict[str, Any], response_url: str) -> dict[str, Any]:
        """The body of START_SESSION; `token` is in our words."""
        return self.theirs(Kind.START, commands.write_start(charge, token, response_url))

    def write_stop(self, session_id: SessionId, response_url: str) -> dict[str, Any]:
        """The body of STOP_SESSION, the same in all versions."""
        return commands.write_stop(session_id, response_url)


V2_3_0: Final = Translation("2.3.0", from_ours=v2_3_0.FROM_OURS)
V2_2_1: Final = Translation("2.2.1")
V2_1_1: Final = Translation(
    "2.1.1",
    from_theirs=v2_1_1.FROM_THEIRS,
    from_ours=v2_1_1.FROM_OURS,
    routed=False,
    base64_tokens=False,
    stamped=False,
    token_types=False,
    reservations_end=False,
)

SPOKEN: Final = {spoken.version: spoken for spoken in (V2_3_0, V2_2_1, V2_1_1)}
"""Best first."""


def translation(version: str) -> Translation:
    """The translation of a version.

    Raises:
        UnsupportedVersion: we do not speak it.

    """
    if version not in SPOKEN:
        raise UnsupportedVersion(f"we do not speak OCPI {version[:20]}")
    return SPOKEN[version]


def best_common(links: Iterable[VersionLink], wanted: str = "") -> VersionLink:
    """Of the versions a peer offers, the one that is wanted, else the best that we speak too.

    Raises:
        UnsupportedVersion: there is none.

    """
    offered = {link.version: link for link in links}
    for version in (wanted, *SPOKEN):
        if version in offered:
            return offered[version]
    raise UnsupportedVersion(f"no OCPI version in common: we speak {', '.join(SPOKEN)}")
