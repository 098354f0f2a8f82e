"""A scripted driver goes the whole road through the front door, and checks what a driver would see on the way."""

import argparse
import asyncio
import contextlib
import io
import re
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Final

from sandbox.cpo.ocpi.manners import MANNERS
from sandbox.cpo.ocpi.voice import VERSIONS
from sandbox.telegram.people import NotSeen, Person, Shown
from sandbox.world import World, WorldError

HARBOUR: Final = (53.17520, 5.41970)
STATION: Final = "Noorderhaven kade"
SPEED: Final = 240
PATIENCE: Final = 15.0


class Surprise(AssertionError):
    """What the driver saw is not what a driver should see."""


class Drive:
    """One driver, one charge, from hello to the receipt; what is said is printed as it is said."""

    def __init__(self, world: World, driver: Person) -> None:
        self.world = world
        self.driver = driver
        self.checked: list[str] = []

    async def go(self) -> None:
        await self._find()
        identifier = await self._identify()
        await self._start(identifier)
        await self._watch()
        await self._stop()
        await self._receipt()

    async def _find(self) -> None:
        await self._say("/start")
        await self._hear("Where is your car?")
        await self.driver.share_location(*HARBOUR)
        self._print("Ana", "(shares her location at the harbour)")
        found = await self._hear("Nearest stations")
        self._check("the nearest station is the first", f"1. {STATION}" in found.text)
        await self._press(found, found.button_like(STATION))
        card = await self._hear("How to find it", same=found)
        await self._press(card, card.button_like("Charge here"))

    async def _identify(self) -> str:
        """Choose a free connector and confirm its sticker against what the street really shows."""
        card = await self._hear("Which connector", where=lambda m: bool(m.buttons))
        free = card.button_like("free")
        await self._press(card, free)
        card = await self._hear("Does the station say this?")
        stickers = {str(e["sticker"]): str(e["uid"]) for e in await self.world.street.evses() if e["sticker"]}
        shown = next((sticker for sticker in stickers if sticker in card.text), "")
        self._check("the identifier is asked exactly as printed on a sticker in the street", shown)
        told = "price" in card.text.lower() and "follow the instructions on the charging station" in card.text
        self._check("price and order of plug stand on the same screen", told)
        self.evse = stickers[shown]
        await self._press(card, card.button_like("Yes"))
        return shown

    async def _start(self, identifier: str) -> None:
        blind = self.world.operator.voice.has("no_tariff_ids")
        price = "The price is unknown" if blind else "Price"
        card = await self._hear(price, where=lambda m: "Yes" not in str(m.buttons))
        self._check("the identifier stays on the price card", identifier in card.text)
        if not blind:
            self._check("the price per kWh is shown before the start", "per kWh" in card.text)
            self._check("a worked example is shown before the start", "Example: 20.00 kWh" in card.text)
        commands = (await self.world.street.commands())["commands"]
        self._check("nothing has been sent to the operator yet", not commands)
        await self.world.street.plug(self.evse)
        self._print("street", f"(the cable is plugged in at {identifier})")
        if blind:
            await self._press(card, card.button_like("Go on without"))
            card = await self._hear("Start at an unknown price?", same=card)
        await self._press(card, card.button_like("Start"))
        self.card = await self._hear("Charging", same=card, where=lambda m: "Stop charging" in str(m.buttons))
        self._check("the live card is pinned", (await self._seen(self.card.id)).pinned or await self._becomes_pinned())

    async def _becomes_pinned(self) -> bool:
        await self.driver.wait_for(lambda chat: self.card.id in chat["pinned"], PATIENCE)
        return True

    async def _watch(self) -> None:
        """The energy on the card must rise, in the same message, silently."""
        readings: list[Decimal] = []
        edits = 0
        while len(readings) < 3:  # noqa: PLR2004  two steps make a rise
            card = await self._next_edit(self.card)
            edits += 1
            kwh = _kwh(card.text)
            if kwh and (not readings or kwh > readings[-1]):
                readings.append(kwh)
                self._print("bot, edited", card.text)
        self._check("the live kWh rises", readings == sorted(set(readings)))
        self._check("the age of the data is shown", "Last data from the station" in card.text)
        self._check("the cost so far is shown", "Cost so far" in card.text and "€" in card.text)

    async def _stop(self) -> None:
        card = await self._seen(self.card.id)
        await self._press(card, card.button_like("Stop charging"))
        card = await self._hear("Stop charging?", same=card)
        self._check("the stop question names the connector and the energy", "kWh so far" in card.text)
        commands = (await self.world.street.commands())["commands"]
        self._check("no stop has been sent before the yes", all(c["command"] != "STOP_SESSION" for c in commands))
        await self._press(card, card.button_like("Stop now"))
        reminder = await self._hear("unplug", where=lambda m: m.id != card.id)
        self._check("the reminder to unplug is a new message that buzzes", reminder.buzz)
        await self._hear("Charging has ended", where=lambda m: m.id == card.id)
        await self.world.street.unplug(self.evse)
        self._print("street", "(the cable is unplugged)")

    async def _receipt(self) -> None:
        receipt = await self._hear("Receipt")
        cdr = (await self.world.street.cdrs())[-1]
        billed = "excl_vat" if self.world.operator.voice.version == "2.1.1" else "incl_vat"
        total = Decimal(str(cdr["total_cost"][billed])).quantize(Decimal("0.01"))
        self._check(f"the receipt is the operator's bill to the cent: €{total}", f"€{total}" in receipt.text)
        starts = (await self.world.street.commands())["starts_per_token"]
        self._check("exactly one start was sent", list(starts.values()) == [1])

    # ── seeing, saying, pressing ─────────────────────────────────────────────────────────────────────────────────

    async def _say(self, text: str) -> None:
        self._print("Ana", text)
        await self.driver.say(text)

    async def _press(self, message: Shown, button: str) -> None:
        self._print("Ana", f"presses [{button}]")
        await self.driver.press(message, button)

    async def _hear(self, text: str, *, same: Shown | None = None, where: object = None) -> Shown:
        """Wait for the bot's words; `same` asks for an edit of that very message."""

        def fits(message: Shown) -> bool:
            return (same is None or message.id == same.id) and (not callable(where) or bool(where(message)))

        message = await self.driver.wait_message(text, where=fits, patience=PATIENCE, anytime=True)
        self._print("bot, edited" if message.edited else "bot", message.text, message.buttons)
        return message

    async def _next_edit(self, message: Shown) -> Shown:
        before = (await self._seen(message.id)).seq
        chat = await self.driver.wait_for(lambda chat: _one(chat, message.id).seq > before, PATIENCE)
        return _one(chat, message.id)

    async def _seen(self, message_id: int) -> Shown:
        return _one(await self.driver.chat(), message_id)

    def _check(self, sentence: str, holds: object) -> None:
        if not holds:
            raise Surprise(f"It is not so that {sentence}.")
        self.checked.append(sentence)

    def _print(self, who: str, text: str, buttons: list[list[str]] | None = None) -> None:
        body = text.replace("\n", "\n" + " " * 14)
        print(f"{who + ':':<14}{body}", flush=True)
        for row in buttons or []:
            print(" " * 14 + "  ".join(f"[{label}]" for label in row), flush=True)


def _one(chat: dict[str, object], message_id: int) -> Shown:
    messages = chat["messages"]
    assert isinstance(messages, list)
    return next(Shown(raw) for raw in messages if raw["id"] == message_id)


def _kwh(text: str) -> Decimal | None:
    found = re.search(r"([\d.]+) kWh", text)
    return Decimal(found.group(1)) if found else None


async def drive(folder: Path, **options: object) -> list[str]:
    """Build a world, drive through it, give the sentences that were checked."""
    async with World(folder, speed=SPEED, traffic=False, **options) as world:  # type: ignore[arg-type]
        await world.open_for_business()
        trip = Drive(world, await world.telegram.person("Ana", language="en"))
        await trip.go()
        return trip.checked


def main() -> int:
    asked = _parser().parse_args()
    if asked.all:
        return drive_all()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chargebot-drive-") as folder:
        try:
            checked = asyncio.run(
                drive(Path(folder), mode=asked.mode, version=asked.version, dialect=asked.dialect, hub=asked.hub)
            )
        except (Surprise, NotSeen, WorldError) as error:
            log = Path(folder) / "bot.log"
            print(f"\nThe drive failed: {error}", file=sys.stderr)
            print(
                f"The end of the bot's log:\n{log.read_text()[-3000:] if log.exists() else '(none)'}", file=sys.stderr
            )
            return 1
    print("\nWhat was checked on the way:")
    for sentence in checked:
        print(f"  ✓ {sentence}")
    print(f"The whole road in {time.monotonic() - began:.1f} s.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.drive", description=__doc__)
    parser.add_argument(
        "--mode", choices=("polling", "webhook"), default="polling", help="how the bot gets its updates"
    )
    parser.add_argument("--version", choices=VERSIONS, default="2.2.1", help="the OCPI that the operator speaks")
    parser.add_argument("--hub", action="store_true", help="by way of a hub with three operators behind it")
    parser.add_argument("--dialect", action="append", choices=MANNERS, default=[], help="a bad habit of the operator")
    parser.add_argument("--all", action="store_true", help="once in each version, through the hub, in each dialect")
    return parser


def drive_all() -> int:
    """Drive in every version, through the hub and in every dialect; one line for each."""
    roads: dict[str, dict[str, object]] = {f"OCPI {version}": {"version": version} for version in VERSIONS}
    roads |= {f"a hub, OCPI {version}": {"version": version, "hub": True} for version in VERSIONS[1:]}
    roads |= {name: {"dialect": (name,)} for name in MANNERS}
    failed = 0
    for name, options in roads.items():
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="chargebot-drive-") as folder:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    asyncio.run(drive(Path(folder), **options))
                said = f"✓ in {time.monotonic() - began:.1f} s"
            except (Surprise, NotSeen, WorldError) as error:
                failed += 1
                said = f"✗ {str(error).splitlines()[0]}"
        about = MANNERS[name].sentence if name in MANNERS else ""
        print(f"{name:<22} {said:<14} {about}", flush=True)
    print(f"{len(roads) - failed} of {len(roads)} roads are green.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
