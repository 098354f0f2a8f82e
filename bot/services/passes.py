"""Passes: who may charge, and on whose contract."""

from bot.domain.driver import Pass, PassStatus
from bot.domain.errors import Refused, Why
from bot.domain.ids import DriverId
from bot.ports import UnitOfWork

_CASES = {PassStatus.BLOCKED: Why.PASS_BLOCKED, PassStatus.EXPIRED: Why.PASS_EXPIRED}


def usable_pass(uow: UnitOfWork, driver_id: DriverId) -> Pass:
    """The pass this driver charges with now; asked again inside the fence, since a pass can end in between.

    Raises:
        Refused: saying which case it is: NO_PASS, PASS_BLOCKED or PASS_EXPIRED.

    """
    driver = uow.drivers.get(driver_id)
    if driver is not None and driver.banned:
        raise Refused(Why.PASS_BLOCKED)
    held = uow.drivers.passes(driver_id)
    for pass_ in held:
        if pass_.status is PassStatus.ACTIVE:
            return pass_
    raise Refused(_CASES[held[0].status] if held else Why.NO_PASS)
