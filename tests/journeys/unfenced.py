"""A bot as many are: it sends its start first and writes that down afterwards. It proves that the fence matters."""

from dataclasses import replace

from bot.domain.charge import State
from bot.services.charging import Charging
from tests.journeys.unhurried import main


async def _nothing_written(self, charge_id):
    charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
    if charge is None or charge.state is not State.NEW:
        return None
    return replace(charge, state=State.FENCED, fenced_at=self._clock.now())


Charging._fence = _nothing_written  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
