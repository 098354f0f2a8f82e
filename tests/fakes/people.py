"""Drivers, passes, dialogues and buttons in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.driver import Driver, Pass, PassStatus, bare
from bot.domain.identifier import normalised
from bot.domain.ids import DriverId, PassNumber, folded
from bot.ports import PLACE, Button, Dialogue, place_is_old
from tests.fakes.tables import Tables, next_number


class FakeDrivers:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[DriverId, Driver] = tables["drivers"]
        self._passes: dict[str, Pass] = tables["passes"]

    def get(self, driver_id: DriverId) -> Driver | None:
        return self._rows.get(driver_id)

    def save(self, driver: Driver) -> None:
        self._rows[driver.id] = driver

    def passes(self, driver_id: DriverId) -> Sequence[Pass]:
        return [pass_ for _, pass_ in sorted(self._passes.items()) if pass_.driver_id == driver_id]

    def save_pass(self, pass_: Pass) -> None:
        self._passes[folded(pass_.number)] = pass_

    def pass_by_number(self, number: PassNumber) -> Pass | None:
        return self._passes.get(folded(number))

    def pass_as_printed(self, typed: str) -> Pass | None:
        alike = (p for p in self._passes.values() if p.imported and normalised(p.number) == normalised(typed))
        return next(alike, None)

    def pass_by_token(self, uid: str, contract_id: str) -> Pass | None:
        cards = [p for p in self._passes.values() if bare(uid) and bare(p.uid) == bare(uid)]
        contracts = [p for p in self._passes.values() if bare(contract_id) and bare(p.contract_id) == bare(contract_id)]
        if cards:
            return cards[0]
        return contracts[0] if len({p.driver_id for p in contracts}) == 1 else None

    def any_imported(self) -> bool:
        return any(p.imported for p in self._passes.values())

    def count_passes(self) -> Mapping[PassStatus, int]:
        return Counter(p.status for p in self._passes.values())

    def cards(self, date_from: datetime | None, date_to: datetime | None, *, offset: int, limit: int) -> Sequence[Pass]:
        return self._cards(date_from, date_to)[offset : offset + limit]

    def count_cards(self, date_from: datetime | None, date_to: datetime | None) -> int:
        return len(self._cards(date_from, date_to))

    def _cards(self, date_from: datetime | None, date_to: datetime | None) -> Sequence[Pass]:
        good = {PassStatus.ACTIVE, PassStatus.BLOCKED, PassStatus.EXPIRED}
        found = [
            p
            for p in self._passes.values()
            if p.uid
            and p.status in good
            and (date_from is None or p.since >= date_from)
            and (date_to is None or p.since < date_to)
        ]
        return sorted(found, key=lambda p: (p.since, folded(p.number)))


class FakeAttempts:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows: dict[int, tuple[str, datetime]] = tables["attempts"]

    def add(self, subject: str, at: datetime) -> None:
        self._rows[next_number(self._tables, "attempts")] = (subject, at)

    def count(self, subject: str, since: datetime) -> int:
        return sum(of == subject and at >= since for of, at in self._rows.values())

    def prune(self, before: datetime) -> int:
        old = [key for key, (_, at) in self._rows.items() if at < before]
        for key in old:
            del self._rows[key]
        return len(old)


class FakeDialogues:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[str, Dialogue] = tables["dialogues"]

    def load(self, keys: Sequence[str]) -> Mapping[str, Dialogue]:
        return {key: self._rows[key] for key in keys if key in self._rows}

    def save(self, dialogues: Sequence[Dialogue]) -> None:
        for new in dialogues:
            if new.conversation:
                self._rows[new.key] = replace(new, memory=dict(new.memory))
            else:
                self._rows.pop(new.key, None)

    def forget_places(self, before: datetime) -> int:
        old = [row for row in self._rows.values() if place_is_old(row.memory, before)]
        for row in old:
            kept = {name: value for name, value in row.memory.items() if name not in PLACE}
            self._rows[row.key] = replace(row, memory=kept)
        return len(old)


class FakeButtons:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[str, Button] = tables["buttons"]

    def add(self, buttons: Sequence[Button]) -> None:
        for new in buttons:
            old = self._rows.get(new.key)
            refreshed = old and replace(old, shown_at=new.shown_at, expires_at=new.expires_at)
            self._rows[new.key] = refreshed or new

    def get(self, key: str) -> Button | None:
        return self._rows.get(key)

    def use(self, key: str, now: datetime) -> bool:
        button = self._rows.get(key)
        if button is None or (button.once and button.used_at is not None):
            return False
        if button.once:
            self._rows[key] = replace(button, used_at=now)
        return True

    def prune(self, before: datetime) -> int:
        old = [key for key, b in self._rows.items() if b.expires_at is not None and b.expires_at < before]
        for key in old:
            del self._rows[key]
        return len(old)
