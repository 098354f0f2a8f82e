"""The drivers' cars: one each, which remembers its battery and where it stands.

They touch the operator only where cars do: with a cable in a connector.
"""

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from sandbox.cpo.operator import Operator
from sandbox.cpo.physics import Car
from sandbox.cpo.stations import Evse, Location

HARBOUR: Final = (53.17520, 5.41970)
_RIDE: Final = Decimal(40)
_NEVER_BELOW: Final = Decimal(8)
_TENTH: Final = Decimal("0.1")


class CannotBe(Exception):
    """A person in the street cannot do this either; the sentence says why."""


@dataclass(slots=True)
class Owned:
    """A driver's car and where it stands, as latitude and longitude."""

    driver: int
    car: Car
    place: tuple[float, float] = field(default=HARBOUR)


class Cars:
    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self._owned: dict[int, Owned] = {}

    def of(self, driver: int, name: str = "") -> Owned:
        """The driver's car; one that nobody asked for yet comes from the dealer."""
        if driver not in self._owned:
            self._owned[driver] = Owned(driver, Car(f"{name}'s car" if name else "your car"))
        return self._owned[driver]

    def owner_of(self, car: Car) -> int | None:
        return next((owned.driver for owned in self._owned.values() if owned.car is car), None)

    def view(self, driver: int) -> dict[str, Any]:
        owned = self.of(driver)
        at = self._where(owned)
        return {
            "name": owned.car.name,
            "soc": str(owned.car.soc.quantize(_TENTH, ROUND_DOWN)),
            "latitude": owned.place[0],
            "longitude": owned.place[1],
            "plugged": at[1].uid if at else None,
        }

    def plug_in(self, driver: int, reference: str, connector_id: str) -> None:
        """Drive there, and put the cable in."""
        owned = self.of(driver)
        location, evse = self._find(reference)
        connector = evse.connector(connector_id)
        if connector is None:
            raise CannotBe("This charge point has no such plug.")
        if evse.plug is not None:
            raise CannotBe(f"Another cable is in already, that of a {evse.plug.car.name}.")
        if (at := self._where(owned)) is not None:
            raise CannotBe(f"Your car is still on the cable at {at[0].name}: unplug it there first.")
        owned.place = (float(location.latitude), float(location.longitude))
        self._operator.charging.plug_in(location, evse, connector, owned.car)

    def unplug(self, driver: int, reference: str) -> None:
        owned = self.of(driver)
        location, evse = self._find(reference)
        if evse.plug is None:
            raise CannotBe("No cable is in here.")
        if evse.plug.car is not owned.car:
            raise CannotBe("That is somebody else's cable. It is locked, and they are watching.")
        self._operator.charging.pull_out(location, evse)

    def park(self, driver: int, latitude: float, longitude: float) -> None:
        owned = self.of(driver)
        if self._where(owned) is not None:
            raise CannotBe("Unplug the car before you drive off.")
        owned.place = (latitude, longitude)

    def ride(self, driver: int) -> None:
        """Once around the bay: it empties the battery, never quite."""
        owned = self.of(driver)
        if self._where(owned) is not None:
            raise CannotBe("Unplug the car before you drive off.")
        owned.car.soc = max(owned.car.soc - _RIDE, min(owned.car.soc, _NEVER_BELOW))

    def _where(self, owned: Owned) -> tuple[Location, Evse] | None:
        for location, evse in self._operator.city.evses():
            if evse.plug is not None and evse.plug.car is owned.car:
                return location, evse
        return None

    def _find(self, reference: str) -> tuple[Location, Evse]:
        found = self._operator.city.find(reference)
        if found is None:
            raise CannotBe("There is no such charge point in the street.")
        return found
