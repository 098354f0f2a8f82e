"""Other people's cars, which come and go all day and occupy charge points that nobody keeps for a script."""

import random

from sandbox.cpo import stations
from sandbox.cpo.charging import Charging
from sandbox.cpo.city import somebodys_car
from sandbox.cpo.clock import Clock
from sandbox.cpo.stations import City, Evse, Location

MINUTES_BETWEEN = (2.0, 10.0)
CROWD = 0.35
"""The share of charge points at which cars rather leave than come."""


class Traffic:
    def __init__(self, city: City, charging: Charging, clock: Clock, dice: random.Random) -> None:
        self._city, self._charging, self._clock, self._dice = city, charging, clock, dice

    async def run(self) -> None:
        while True:
            await self._clock.sleep(self._dice.uniform(*MINUTES_BETWEEN) * 60)
            self.one_car()

    def one_car(self) -> None:
        """One car comes or goes."""
        taken = [each for each in self._open_to_all() if each[1].plug is not None and each[1].plug.stranger]
        free = [each for each in self._open_to_all() if each[1].status == stations.AVAILABLE and each[1].plug is None]
        crowded = len(taken) > CROWD * (len(taken) + len(free))
        if taken and (crowded or self._dice.random() < CROWD):
            self._charging.pull_out(*self._dice.choice(taken))
        elif free:
            location, evse = self._dice.choice(free)
            connector = self._dice.choice(evse.connectors)
            self._charging.plug_in(location, evse, connector, somebodys_car(self._dice), stranger=True)

    def _open_to_all(self) -> list[tuple[Location, Evse]]:
        return [
            (location, evse)
            for location, evse in self._city.evses()
            if not evse.reserved_for_script and evse.busy_with is None
        ]
