"""Buttons: what a press means is a row of ours; all that travels is a key nobody can guess.

Nothing in a press is believed but the key, and the key only from the driver it was made for.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.ids import DriverId
from bot.ports import Button, Clock, Database, Ids
from handlers.cards.screen import Press
from handlers.telegram.turn import Verdict

PREFIX: Final = "v1:"
KEY_BYTES: Final = 12
REMEMBERED: Final = 5_000
"""Drivers whose stored buttons are known without a look at the database."""

Rows = Sequence[Sequence[Press | InlineKeyboardButton]]


class Keyboards:
    """Makes keyboards and the rows behind them; `secret` keys the names of buttons that are shown again and again."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, secret: bytes) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._secret = secret
        self._stored: dict[DriverId, set[str]] = {}

    async def keyboard(self, driver_id: DriverId, rows: Rows) -> InlineKeyboardMarkup:
        """A keyboard for this driver, its buttons stored in one transaction (none, if all are known for ever)."""
        markup, buttons = self.build(driver_id, rows)
        known = self._stored.get(driver_id, set())
        fresh = [button for button in buttons if button.key not in known]
        if fresh:
            await self._database.write(lambda uow: uow.buttons.add(fresh))
            self._remember(driver_id, fresh)
        return markup

    def forget(self, driver_id: DriverId) -> None:
        """The rows of this driver's buttons may be gone: store them anew with the next keyboards."""
        self._stored.pop(driver_id, None)

    def build(self, driver_id: DriverId, rows: Rows) -> tuple[InlineKeyboardMarkup, list[Button]]:
        """The keyboard, and the buttons for a transaction of the caller's own."""
        now = self._clock.now()
        buttons: list[Button] = []

        def shown(item: Press | InlineKeyboardButton) -> InlineKeyboardButton:
            if isinstance(item, InlineKeyboardButton):
                return item
            button = self._button(driver_id, item, now)
            buttons.append(button)
            return InlineKeyboardButton(item.text, callback_data=PREFIX + button.key, style=item.style)

        return InlineKeyboardMarkup([[shown(item) for item in row] for row in rows]), buttons

    def _button(self, driver_id: DriverId, press: Press, now: datetime) -> Button:
        what = self._ids.secret() if press.once else f"{press.action}\0{press.subject}\0{press.stage}"
        digest = hmac.digest(self._secret, f"{driver_id}\0{what}".encode(), sha256)
        return Button(
            key=urlsafe_b64encode(digest[:KEY_BYTES]).decode(),
            driver_id=driver_id,
            action=press.action,
            subject=press.subject,
            shown_at=now,
            expires_at=None if press.ttl is None else now + press.ttl,
            once=press.once,
        )

    def _remember(self, driver_id: DriverId, buttons: Sequence[Button]) -> None:
        """Only those that live for ever: of the others `shown_at` and the end must be stored anew."""
        if len(self._stored) > REMEMBERED:
            self._stored.clear()
        lasting = {button.key for button in buttons if button.expires_at is None and not button.once}
        self._stored.setdefault(driver_id, set()).update(lasting)


def key_in(update: dict[str, Any]) -> str | None:
    """The key that a press carries, if the update is one of ours."""
    query = update.get("callback_query")
    data = query.get("data") if isinstance(query, dict) else None
    return data.removeprefix(PREFIX) if isinstance(data, str) and data.startswith(PREFIX) else None


def judge(button: Button | None, driver_id: int, now: datetime, chat_id: int = 0) -> tuple[Button | None, Verdict]:
    """What a press by this driver is worth; a foreign button is as unknown as one that never was.

    A button made for a group may be pressed by whoever is in it, and nowhere else.
    """
    if button is None or button.driver_id not in {driver_id, chat_id}:
        return None, Verdict.UNKNOWN
    if button.once and button.used_at is not None:
        return button, Verdict.WORN
    if button.expires_at is not None and button.expires_at <= now:
        return button, Verdict.EXPIRED
    return button, Verdict.GOOD
