"""Ids that must not be mixed up. OCPI ids keep their letters and are compared without case (CiString)."""

from dataclasses import dataclass
from typing import NewType, Self

DriverId = NewType("DriverId", int)
"""The number by which the messenger knows a person, which is also that person's private chat."""

PartnerId = NewType("PartnerId", int)
"""One credential: a peer we hold a token of. A hub is one partner with many parties."""

ChargeId = NewType("ChargeId", str)
"""A lower-case UUIDv4, 36 characters; it is the OCPI authorization_reference of its charge."""

PassNumber = NewType("PassNumber", str)
StationId = NewType("StationId", str)
"""Ours: `station_id()` of partner, party and location; equal for ids that differ in case only."""

LocationId = NewType("LocationId", str)
EvseUid = NewType("EvseUid", str)
"""Technical; never shown to a driver, who reads an Identifier."""

ConnectorId = NewType("ConnectorId", str)
TariffId = NewType("TariffId", str)
SessionId = NewType("SessionId", str)
CdrId = NewType("CdrId", str)
TokenUid = NewType("TokenUid", str)


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """A market party: ISO country code and the three letters it has there, always upper case."""

    country_code: str
    party_id: str

    @classmethod
    def of(cls, country_code: str, party_id: str) -> Self:
        return cls(country_code.upper(), party_id.upper())

    def __str__(self) -> str:
        return f"{self.country_code}-{self.party_id}"


def folded(text: str) -> str:
    """The form in which CiStrings are compared and used as keys."""
    return text.casefold()


def same(one: str | None, other: str | None) -> bool:
    """Whether two CiStrings are equal; None is equal to nothing."""
    return one is not None and other is not None and folded(one) == folded(other)


def has_left(driver_id: DriverId) -> bool:
    """Whether it is the pseudonym of a driver who was forgotten: nobody is there to be told anything."""
    return driver_id < 0


def station_id(partner: PartnerId, party: Party, location: str) -> StationId:
    return StationId(folded(f"{partner}:{party.country_code}:{party.party_id}:{location}"))
