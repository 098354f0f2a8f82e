"""What the driver sees at the station, where the operator's data is late: kept apart from it, and never above it."""

from datetime import datetime

from bot.domain.charge_record import Charge, cared
from bot.domain.errors import Refused, Why
from bot.domain.states import OVER
from bot.domain.timeline import By, Fact, What


def says_charging(charge: Charge, now: datetime) -> Charge:
    """Keep "it is charging": it calms the questions, and moves nothing in our books.

    Raises:
        Refused: FINISHED, when it has ended already.

    """
    if charge.state in OVER:
        raise Refused(Why.FINISHED)
    return cared(charge, Fact(now, By.DRIVER, What.SAYS_CHARGING), says_charging_at=now)


def says_stopped(charge: Charge, now: datetime) -> Charge:
    """Keep "it has stopped": reminders rest; only the operator's data ends the charge.

    Raises:
        Refused: FINISHED, when it has ended already.

    """
    if charge.state in OVER:
        raise Refused(Why.FINISHED)
    return cared(charge, Fact(now, By.DRIVER, What.SAYS_STOPPED), says_stopped_at=now)
