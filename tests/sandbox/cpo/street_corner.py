"""One charge point on a clock that tests move by hand, and a Wire that writes down what it is told."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.cpo import city
from sandbox.cpo.charging import Charging, Order, Pace
from sandbox.cpo.clock import ManualClock
from sandbox.cpo.crew import Crew
from sandbox.cpo.physics import Car
from sandbox.cpo.records import Command, Records
from sandbox.cpo.stations import Party

NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)
EXACT = Pace(
    answer=(0.1, 0.1), result=(1, 1), activation=(4, 4), meter=(60, 60), parked=(60, 60), stop=(1, 1), cdr=(10, 10)
)


@dataclass
class Diary:
    """What the charge point told, in words: ("result", "ACCEPTED"), ("session", "ACTIVE"), ("evse", "CHARGING")."""

    entries: list[tuple[str, Any]] = field(default_factory=list)
    periods: list[Any] = field(default_factory=list)
    cdrs: list[Any] = field(default_factory=list)
    stamps: list[Any] = field(default_factory=list)

    def result(self, command, result, lane):
        command.result = result
        self.entries.append(("result", result))

    def session_opened(self, session):
        self.entries.append(("session", session.status))

    def session_changed(self, session, fields, periods):
        if "status" in fields:
            self.entries.append(("session", session.status))
        self.periods += periods
        self.stamps.append(session.last_updated)

    def evse_changed(self, location, evse):
        self.entries.append(("evse", evse.status))

    def cdr_made(self, cdr):
        self.entries.append(("cdr", cdr.id))
        self.cdrs.append(cdr)

    def of(self, kind):
        return [what for which, what in self.entries if which == kind]


class Corner:
    def __init__(self, evse_id="NL*HAV*E0421*1", now=NOON, speed=1, pace=EXACT):
        self.clock = ManualClock(now, speed)
        self.crew, self.diary, self.kept = Crew(), Diary(), Records()
        self.city = city.build(1, (Party(),))
        self.location, self.evse = self.city.find(evse_id)
        self.charging = Charging(self.city, self.kept, self.diary, self.clock, self.crew, random.Random(1))
        self.charging.pace = pace

    @property
    def session(self):
        return next(iter(self.kept.sessions.values()))

    def plug(self, **sizes):
        car = Car(**{name: Decimal(str(size)) for name, size in sizes.items()})
        self.charging.plug_in(self.location, self.evse, self.evse.connectors[0], car)
        return car

    def unplug(self):
        self.charging.pull_out(self.location, self.evse)

    def start(self, reference="charge-1", **more):
        command = Command("command-1", "START_SESSION", self.clock.now(), "partner-1", {}, "correlation")
        token = {"country_code": "DE", "party_id": "CHB", "uid": "1", "type": "AD_HOC_USER", "contract_id": "C"}
        order = {"command": command, **more}
        self.charging.start(
            Order(self.location, self.evse, self.evse.connectors[0], "partner-1", token, reference, **order)
        )
        return command

    def stop(self):
        command = Command("command-2", "STOP_SESSION", self.clock.now(), "partner-1", {}, "correlation")
        self.charging.stop(command, self.session)
        return command

    async def close(self):
        await self.crew.dismiss()
        assert self.crew.failures == []
