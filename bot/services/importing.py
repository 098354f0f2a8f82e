"""Taking passes from a file of the people who run the bot: good lines count, the same file twice changes nothing."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from string import ascii_uppercase, digits
from typing import Final

from bot.domain.driver import Pass, PassStatus
from bot.domain.ids import PassNumber
from bot.domain.pass_file import BadLine, PassLine, read_pass_file
from bot.ports import Clock, Database, UnitOfWork
from bot.services.passes import Codes, tell_operators

AT_ONCE: Final = 500
"""Lines a transaction: drivers' presses go in between."""

CONTRACT_LENGTH: Final = 8
"""Letters and digits of an eMI3 instance."""


@dataclass(slots=True)
class Import:
    """What came of a file."""

    new: int = 0
    changed: int = 0
    same: int = 0
    bad: list[BadLine] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.new + self.changed + self.same


class Importing:
    """`contract_key` names the contracts of passes whose line names none; `prefix` is as NL-CHB."""

    def __init__(self, db: Database, clock: Clock, codes: Codes, contract_key: str, prefix: str) -> None:
        self._db = db
        self._clock = clock
        self._codes = codes
        self._key = contract_key.encode()
        self._prefix = prefix

    async def take(self, text: str) -> Import:
        """Store all good lines of the file; the others are in `bad`, in their order."""
        lines, bad = read_pass_file(text)
        done = Import(bad=list(bad))
        for begin in range(0, len(lines), AT_ONCE):
            part = lines[begin : begin + AT_ONCE]
            outcomes = await self._db.write(lambda uow, part=part: [self._take(uow, line) for line in part])  # type: ignore[misc]
            for line, outcome in zip(part, outcomes, strict=True):
                if outcome in {"new", "changed", "same"}:
                    setattr(done, outcome, getattr(done, outcome) + 1)
                else:
                    done.bad.append(BadLine(line.line, outcome))
        done.bad.sort(key=lambda line: line.line)
        return done

    async def counts(self) -> Mapping[PassStatus, int]:
        """How many passes there are by status."""
        return await self._db.read(lambda uow: uow.drivers.count_passes())

    def _take(self, uow: UnitOfWork, line: PassLine) -> str:
        """What became of the line: new, changed, same, or why it cannot be taken."""
        now = self._clock.now()
        held = uow.drivers.pass_as_printed(line.number)
        if held is None and uow.drivers.pass_by_number(PassNumber(line.number)) is not None:
            return "its number is that of a welcome pass"
        if (
            line.uid
            and (other := uow.drivers.pass_by_token(line.uid, ""))
            and (not held or held.number != other.number)
        ):
            return f"its uid is that of pass {other.number}"
        new = self._made(uow, line, now) if held is None else self._updated(held, line, now)
        if new == held:
            return "same"
        uow.drivers.save_pass(new)
        if held is not None and new.status is not held.status:
            tell_operators(uow, new, now)
        return "new" if held is None else "changed"

    def _made(self, uow: UnitOfWork, line: PassLine, now: datetime) -> Pass:
        return Pass(
            PassNumber(line.number),
            None,
            line.contract_id or self._contract(uow, line.number),
            line.status,
            now,
            uid=line.uid,
            code_hash=self._codes.hashed(line.number, line.code),
        )

    def _updated(self, held: Pass, line: PassLine, now: datetime) -> Pass:
        """Whose it is stays; a pass that is active here is not taken back to before its activation."""
        forward = held.status is PassStatus.ACTIVE and line.status in {PassStatus.ORDERED, PassStatus.RECEIVED}
        lost = held.lost and line.status is not PassStatus.EXPIRED
        status = held.status if forward or lost else line.status
        fits = self._codes.fits(held.code_hash, held.number, line.code)
        return replace(
            held,
            status=status,
            since=held.since if status is held.status else now,
            uid=line.uid or held.uid,
            contract_id=line.contract_id or held.contract_id,
            code_hash=held.code_hash if fits else self._codes.hashed(held.number, line.code),
        )

    def _contract(self, uow: UnitOfWork, number: str) -> str:
        """One that nobody can read the number from."""
        count = 0
        while True:
            made = hmac.digest(self._key, f"{number}\0{count}".encode(), sha256)
            contract = f"{self._prefix}-C{in_base_36(int.from_bytes(made))[-CONTRACT_LENGTH:]}"
            if uow.drivers.pass_by_token("", contract) is None:
                return contract
            count += 1


def in_base_36(number: int) -> str:
    """Digits and letters, as few as it takes."""
    figures = digits + ascii_uppercase
    return (in_base_36(number // 36) if number >= 36 else "") + figures[number % 36]  # noqa: PLR2004  the base
