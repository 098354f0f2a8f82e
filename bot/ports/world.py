"""The world outside: operators, and the drivers who are told."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from bot.domain.charge import Answer, Charge
from bot.domain.driver import Pass
from bot.domain.ids import (
    PartnerId,
)
from bot.domain.reservation import Reservation
from bot.domain.session import Cdr, Session
from bot.domain.station import Station


class CpoGateway(Protocol):
    """Operators, spoken to in their own version of OCPI. Every method asks once and never retries by itself."""

    async def start(self, charge: Charge, language: str) -> Answer:
        """Send the start of a fenced charge, exactly once.

        Raises:
            NotSent: provably nothing reached the operator. Unclear: it may have acted.

        """

    async def stop(self, charge: Charge) -> Answer:
        """Ask to stop the session of the charge.

        Raises:
            NotSent, Unclear: as for start; a stop is safe to repeat.

        """

    async def unlock(self, charge: Charge) -> Answer:
        """Ask to open the lock of the charge's connector; for people at a help desk, never for a driver.

        Raises:
            NotSent, Unclear: as for start.

        """

    async def reserve(self, reservation: Reservation, language: str) -> Answer:
        """Ask to keep the charge point free until then; asked again with the same id, the end moves.

        Raises:
            NotSent, Unclear: as for start.

        """

    async def cancel_reservation(self, reservation: Reservation) -> Answer:
        """Ask to give it up; what it has cost until then may be billed.

        Raises:
            NotSent, Unclear: as for start; NotSent also where the operator's version of OCPI has no such command.

        """

    async def push_token(self, charge: Charge, language: str) -> None:
        """Make the charge's token known to the operator, if it takes tokens.

        Raises:
            PartnerError: it could not be told; a start may work all the same.

        """

    async def push_card(self, partner_id: PartnerId, card: Pass, language: str) -> None:
        """Tell an operator that takes tokens whether this card is good.

        Raises:
            PartnerError: it could not be told.

        """

    def sessions(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Session]:
        """All sessions changed since then, page by page; what cannot be read is recorded as an Objection.

        Raises:
            PartnerError: the operator could not be asked.

        """

    def cdrs(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Cdr]:
        """All bills changed since then, likewise."""

    async def refresh(self, station: Station) -> Station | None:
        """The station as its operator has it now, or None if it no longer has it.

        Raises:
            PartnerError: the operator could not be asked.

        """


class DriverNotifier(Protocol):
    def wake(self) -> None:
        """There may be something to tell; never waits and never raises."""
