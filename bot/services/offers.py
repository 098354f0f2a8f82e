"""What a connector costs and gives, as far as its operator told us: the facts behind every price line."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.identifier import printed_on
from bot.domain.station import Connector, Evse, Station
from bot.domain.tariffs.tariff import Tariff, tariff_in_force
from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Offer:
    """One connector with its charge point and tariff; tariff None means that nobody told us the price."""

    station: Station
    evse: Evse
    connector: Connector
    tariff: Tariff | None

    @property
    def identifier(self) -> str | None:
        return printed_on(self.evse)


def tariff_of(uow: UnitOfWork, station: Station, connector: Connector, when: datetime) -> Tariff | None:
    """The tariff for a charge that starts at `when`; None if the operator names none that we hold and that is valid."""
    held = (uow.tariffs.get(station.partner_id, station.party, tariff_id) for tariff_id in connector.tariff_ids)
    return tariff_in_force((tariff for tariff in held if tariff is not None), when)


def offers_of(uow: UnitOfWork, station: Station, when: datetime) -> tuple[Offer, ...]:
    """All connectors of a station: the startable first, then the free, then by power."""
    offers = (
        Offer(station, evse, connector, tariff_of(uow, station, connector, when))
        for evse in station.present
        for connector in evse.connectors
    )
    return tuple(sorted(offers, key=_rank))


def _rank(offer: Offer) -> tuple[bool, bool, int, str]:
    evse = offer.evse
    return (not evse.startable, not evse.free, -offer.connector.watts, offer.identifier or "")
