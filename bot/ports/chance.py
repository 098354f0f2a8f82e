"""Time and chance, which are given from outside."""

from datetime import datetime
from typing import Protocol

from bot.domain.ids import (
    ChargeId,
    TokenUid,
)


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, in UTC and aware of it."""

    async def sleep(self, seconds: float) -> None:
        """Wait; in tests this is where virtual time passes."""


class Ids(Protocol):
    def charge_id(self) -> ChargeId:
        """A new lower-case UUIDv4."""

    def secret(self) -> str:
        """128 random bits, safe in a URL."""

    def token_uid(self) -> TokenUid:
        """A new OCPI token uid, at most 36 characters, never given before."""
