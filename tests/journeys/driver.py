"""A driver who goes the road through the front door, with a person's patience for a bot that dies on the way.

Waits and reads; presses again only what the bot says was not done. Nothing of the bot is looked at but the chat.
"""

import asyncio
import re
from decimal import Decimal

from sandbox.telegram.people import NotSeen, PressedButton, SandboxError, Shown

PATIENCE = 20.0
LOST_PATIENCE = 4.0
"""After so long a person presses again what seems to have led nowhere: questions, never the stop itself."""

RUNNING = "⚡ Charging"
NOT_STARTED = ("Not confirmed", "It did not start")
PRICE_AGAIN = "Some time has passed since you saw this, so nothing was started"
"""Said when the price was drawn anew by a restarted bot while its first button was being pressed."""


class Driver:
    """One person at one charge point. `evse` is as the street shows it."""

    def __init__(self, world, person, evse):
        self.world = world
        self.person = person
        self.evse = evse["uid"]
        self.number = evse["evse_id"]
        self.sticker = evse["sticker"]
        self.place = f"{self.sticker} · {evse['location']}"
        self.patience = PATIENCE
        self.card_id = 0
        self.begun = 0
        self.not_begun = 0
        self.taps = 0

    # ── seeing and pressing ──────────────────────────────────────────────────────────────────────────────────────

    async def see(self, text="", *, button="", patience=None):
        """The newest message with these words and this button that came, or was changed, since the last deed."""

        def fits(message):
            return not button or any(button in label for row in message.buttons for label in row)

        return await self.person.wait_message(text, where=fits, patience=patience or self.patience)

    async def see_card(self, *texts):
        """The live card, as soon as it says one of these."""
        found = []

        def says(chat):
            found[:] = [card for card in self._cards(chat) if any(text in card.text for text in texts)]
            return bool(found)

        await self.person.wait_for(says, self.patience)
        return found[-1]

    def _cards(self, chat):
        return [message for message in map(Shown, chat["messages"]) if message.id == self.card_id]

    async def card(self):
        return self._cards(await self.person.chat())[-1]

    async def press(self, message, like) -> PressedButton:
        self.taps += 1
        return await self.person.press(message, message.button_like(like))

    async def texts(self):
        """All that the bot has said to this driver, as it stands now."""
        return [message.text for message in await self.person.messages() if not message.own]

    # ── the road ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def ask_price(self):
        """Type what the sticker says, confirm it, see the price."""
        return await self._stubbornly(self._ask_price)

    async def _ask_price(self, patience):
        await self.person.say(self.number)
        question = await self.see("Does the station say this?", patience=patience)
        assert self.sticker in question.text
        await self.press(question, "Yes")
        return await self.see(button="Start charging", patience=patience)

    async def plug_in(self):
        if (await self.world.street.evse(self.evse))["plugged"] is None:
            await self.world.street.plug(self.evse)

    async def unplug(self):
        await self.world.street.unplug(self.evse)

    async def press_start(self):
        """Up to the press; what comes of it is on the card."""
        price = await self.ask_price()
        await self.plug_in()
        self.card_id = price.id
        return await self.press(price, "Start charging")

    async def start(self, tries=3):
        """Until the card says that it is charging, with energy on the meter; pressed again if told that it did not."""
        for _ in range(tries):
            await self.press_start()
            card = await self.see_card(RUNNING, *NOT_STARTED, PRICE_AGAIN)
            if PRICE_AGAIN in card.text:
                await self.press(card, "Start charging")
                card = await self.see_card(RUNNING, *NOT_STARTED)
            if RUNNING in card.text:
                self.begun += 1
                return await self.see_energy()
            self.not_begun += 1
        raise NotSeen(f"{self.person.name} was told {tries} times that it did not start")

    async def see_energy(self, more_than=0):
        """The running card, once its meter has passed so many kWh."""
        found = []

        def moved(chat):
            found[:] = [card for card in self._cards(chat) if RUNNING in card.text and kwh(card.text) > more_than]
            return bool(found)

        await self.person.wait_for(moved, self.patience)
        return found[-1]

    async def stop(self):
        """Both steps; the second takes effect at its first press and is never made again."""
        await self._stubbornly(self._confirm_stop)

    async def _confirm_stop(self, patience):
        question = await self._ask_to_stop(patience)
        await self.press(question, "Stop now")

    async def _ask_to_stop(self, patience):
        card = await self.card()
        if not card.has_button("⏹ Stop now"):
            await self.press(card, "Stop charging")
        return await self.see("Stop charging?", button="Stop now", patience=patience)

    async def see_end(self):
        return await self.see_card("Charging has ended")

    async def see_receipt(self):
        """The receipt of the last charge here, equal to the operator's bill to the cent."""
        cdr = await self.bill()
        receipt = await self.person.wait_message(f"Bill {cdr['id']}", anytime=True, patience=self.patience)
        total = Decimal(str(cdr["total_cost"]["incl_vat"])).quantize(Decimal("0.01"))
        assert "Receipt" in receipt.text
        assert f"total €{total}" in receipt.text.lower()
        return receipt

    async def bill(self):
        """The operator's last record of this charge point."""
        async with asyncio.timeout(self.patience):
            while True:
                cdrs = [cdr for cdr in await self.world.street.cdrs() if cdr["cdr_location"]["evse_uid"] == self.evse]
                ended = not (await self.world.street.evse(self.evse))["session_id"]
                if cdrs and ended and cdrs[-1]["session_id"] == (await self.sessions())[-1]["id"]:
                    return cdrs[-1]
                await asyncio.sleep(0.05)

    async def charge(self):
        """The whole road."""
        await self.start()
        await self.stop()
        await self.finish()

    async def finish(self):
        await self.see_end()
        receipt = await self.see_receipt()
        await self.unplug()
        return receipt

    async def _stubbornly(self, deed):
        """Ask anew when an answer is lost, or when the card was redrawn under the thumb."""
        for _ in range(4):
            try:
                return await deed(LOST_PATIENCE)
            except (NotSeen, SandboxError):
                await asyncio.sleep(0.1)
        return await deed(self.patience)

    # ── what the operator has of it ──────────────────────────────────────────────────────────────────────────────

    async def sessions(self):
        return [session for session in await self.world.street.sessions() if session["evse_uid"] == self.evse]

    async def commands(self, name):
        """START_SESSION for this charge point, or STOP_SESSION for one of its sessions."""
        mine = {session["id"] for session in await self.sessions()}
        return [
            command
            for command in (await self.world.street.commands())["commands"]
            if command["command"] == name
            and (command["body"].get("evse_uid") == self.evse or command["body"].get("session_id") in mine)
        ]

    async def starts(self):
        return await self.commands("START_SESSION")

    async def stops(self):
        return await self.commands("STOP_SESSION")


def kwh(text):
    """The first amount of energy in a text; none at all is 0."""
    found = re.search(r"([\d.]+) kWh", text)
    return Decimal(found.group(1) if found else 0)
