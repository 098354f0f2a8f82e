"""Hearing the operator: its sessions, pushed or pulled, and the results of our commands."""

import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from bot.domain import charge as charges
from bot.domain.charge import Answer, Charge
from bot.domain.ids import ChargeId, PartnerId
from bot.domain.session import Session, SessionKey, newer
from bot.ports import JobKind, UnitOfWork
from bot.services import consequences, swiped
from bot.services.moving import Moving

log = logging.getLogger(__name__)


class Command(StrEnum):
    """The commands whose results come back by callback."""

    START = "START_SESSION"
    STOP = "STOP_SESSION"
    UNLOCK = "UNLOCK_CONNECTOR"


class Hearing(Moving):
    """Whatever way it comes, a session is taken for what it is; a result is a hint."""

    async def hear(self, key: SessionKey, change: Callable[[Session | None], Session | None]) -> Session | None:
        """Take a pushed session: `change` makes the new one of the one we hold (a PUT ignores it, a PATCH needs it).

        Returns:
            The session as we hold it afterwards; None when `change` found nothing to change.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Session | None:
            held = uow.sessions.get(key)
            changed = change(held)
            return held if changed is None else self._apply(uow, held, changed, now)

        session = await self._db.write(work)
        self._moved()
        return session

    def _take(self, uow: UnitOfWork, session: Session, now: datetime) -> Session | None:
        """Take a session that was read back."""
        return self._apply(uow, uow.sessions.get(session.key), session, now)

    def _apply(self, uow: UnitOfWork, held: Session | None, session: Session, now: datetime) -> Session | None:
        """Take what tells something new beside what we hold; give what we hold afterwards."""
        kept = newer(held, session, now)
        if kept is None:
            return held
        charge = charge_of(uow, kept) or swiped.of_session(uow, kept, now, self._ids.secret)
        uow.sessions.save(kept, charge.id if charge else None)
        if charge is None:
            log.warning("session %s of %s belongs to no charge of ours", kept.key.id, kept.key.party)
        elif charges.follows(charge, kept):
            consequences.follow(uow, charge, charges.heard(charge, kept, now), now, self._pace, kept)
        elif kept.status.ran:
            second = consequences.second(uow, charge, kept.key, now)
            consequences.follow(uow, second, charges.heard(second, kept, now), now, self._pace, kept)
        return kept

    async def command_result(
        self, partner_id: PartnerId, charge_id: ChargeId, secret: str, command: Command, answer: Answer
    ) -> bool:
        """Note an operator's result, a hint; False when no such command went to this partner with this secret."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> bool:
            before = uow.charges.get(charge_id)
            if before is None or before.place.partner_id != partner_id:
                return False
            if not hmac.compare_digest(before.callback_secret.encode(), secret.encode()):
                return False
            if command is Command.UNLOCK:
                log.info("the lock of charge %s: %s", charge_id, answer.why or "it opened")
                return True
            note = charges.result if command is Command.START else charges.stop_result
            after = consequences.follow(uow, before, note(before, answer, now), now, self._pace)
            if command is Command.STOP and answer.why is not None and after.stop_due:
                uow.jobs.put(JobKind.STOP, charge_id, now + self._pace.stop_again(after.stop_tries))
            return True

        known = await self._db.write(work)
        self._moved()
        return known


def charge_of(uow: UnitOfWork, session: Session) -> Charge | None:
    """By the session itself, else by our reference, else by the token made for one charge alone; never by guess."""
    partner_id = session.key.partner_id
    return (
        uow.charges.by_session(session.key)
        or (uow.charges.by_reference(partner_id, session.reference) if session.reference else None)
        or (uow.charges.by_token(partner_id, session.token_uid) if session.token_uid else None)
    )
