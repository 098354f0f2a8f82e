"""Reads a session's meter: turns what the car took since the last reading into closed charging periods."""

from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.cpo.physics import Taken
from sandbox.cpo.records import Period, Session
from sandbox.cpo.stations import to_millisecond

_HOUR = Decimal(3600)
_WATT = Decimal("0.001")
_PERCENT = Decimal("0.1")


def read(session: Session, at: datetime, simulated: float) -> list[Period]:
    """The new periods up to `at`: two if the car got full on the way, none if no time passed since the last reading.

    Energy follows the simulated seconds since the last reading, the periods' hours follow the wire's clock.
    """
    assert session.plug is not None, "only an active session has a meter to read"
    lived = Decimal(str(round(max(simulated - session.read_simulated, 0), 3)))
    since, session.read_at, session.read_simulated = session.read_at, at, simulated
    if session.odd("dead_plug"):
        taken = Taken(Decimal(0), lived)
    else:
        taken = session.plug.car.take(session.connector.power_kw, lived, dc=session.connector.dc)
    charged_until = to_millisecond(since + (at - since) * float(taken.seconds / lived)) if lived else at
    periods = []
    if taken.seconds:
        period = session.add_period(since, "charging", taken.kwh, _seconds(charged_until - since))
        period.power_kw = (taken.kwh * _HOUR / taken.seconds).quantize(_WATT)
        period.soc = session.plug.car.soc.quantize(_PERCENT) if session.connector.dc else None
        periods.append(period)
    if taken.seconds < lived:
        periods.append(session.add_period(charged_until, "parking", Decimal(0), _seconds(at - charged_until)))
    if not periods and not session.periods:
        periods.append(session.add_period(since, "charging", Decimal(0), _seconds(at - since)))
    return periods


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(milliseconds=1)) / 1000
