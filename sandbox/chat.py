"""A chat in the terminal: what a person sees in Telegram, with numbered buttons, and a hand on the cable in the street.

With a real terminal the chat fills it and edits happen in place; with a pipe every message and edit is a new paragraph.
"""

import asyncio
import re
import shlex
import sys
from collections.abc import Iterator
from typing import Any, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts import clear

from sandbox.cpo.street import Street, StreetError
from sandbox.telegram.people import Person, SandboxError, Shown
from sandbox.world import World

HELP: Final = """\
Write to the bot as in any chat, or type the number of a button.
  :here             share your location (at the harbour); :here 53.17 5.42 for another place
  :street           the charge points and what is on their stickers
  :plug STICKER     put the cable in, for example :plug 0421-1
  :unplug STICKER   pull it out
  :speed 60         how much faster than real cars charge
  :fault STICKER NAME   make a charge point misbehave; :fault alone lists how
  :quit             leave"""
HARBOUR: Final = (53.17520, 5.41970)
SHOWN_MESSAGES: Final = 12


class Chat:
    """One person at one terminal."""

    def __init__(self, world: World, person: Person) -> None:
        self._person = person
        self._street: Street = world.street
        self._telegram = world.telegram
        self._buttons: list[tuple[Shown, str]] = []
        self._note = "Type /start to begin, :help for what you can do in the street."

    async def run(self) -> None:
        """Until the person leaves."""
        if sys.stdin.isatty() and sys.stdout.isatty():
            await self._on_a_screen()
        else:
            await self._on_a_pipe()

    async def _on_a_screen(self) -> None:
        session: PromptSession[str] = PromptSession()
        with patch_stdout(raw=True):
            drawing = asyncio.get_running_loop().create_task(self._follow(session))
            try:
                while await self._do(await session.prompt_async("you> ")):
                    await self._draw()
            except (EOFError, KeyboardInterrupt):
                pass
            finally:
                drawing.cancel()

    async def _follow(self, session: "PromptSession[str]") -> None:
        seq = -1
        while True:
            answer = await self._telegram.changes(max(seq, 0), wait=0 if seq < 0 else 25, chat=self._person.id)
            if answer["seq"] != seq:
                seq = answer["seq"]
                await self._draw()
                session.app.invalidate()

    async def _draw(self) -> None:
        """The last messages, from a clean screen: an edited one is simply where it was."""
        clear()
        chat = await self._person.chat()
        for line in self._page(chat):
            print(line)
        print(f"\n\x1b[2m{self._note}\x1b[0m")

    def _page(self, chat: dict[str, Any]) -> Iterator[str]:
        self._buttons = []
        for raw in chat["messages"][-SHOWN_MESSAGES:]:
            yield from self._paragraph(Shown(raw))
        if chat["keyboard"]:
            labels = [button["text"] for row in chat["keyboard"]["rows"] for button in row]
            yield "\x1b[2mkeyboard: " + "  ".join(f"[{label}]" for label in labels) + "\x1b[0m"

    def _paragraph(self, message: Shown) -> Iterator[str]:
        who = "you" if message.own else "bot"
        marks = "".join((" 📌" if message.pinned else "", " (edited)" if message.edited else ""))
        yield f"\n\x1b[1m{who}{marks}\x1b[0m"
        yield _terminal(message)
        for row in message.buttons:
            labels = []
            for label in row:
                self._buttons.append((message, label))
                labels.append(f"\x1b[7m {len(self._buttons)} \x1b[0m {label}")
            yield "   " + "   ".join(labels)

    async def _on_a_pipe(self) -> None:
        following = asyncio.get_running_loop().create_task(self._print_changes())
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await asyncio.sleep(0.5)
            self._page(await self._person.chat())
            if not await self._do(line.strip()):
                break
            print(self._note, flush=True)
        following.cancel()

    async def _print_changes(self) -> None:
        seen: dict[int, int] = {}
        while True:
            chat = await self._person.chat()
            for message in map(Shown, chat["messages"]):
                if seen.get(message.id) != message.seq:
                    seen[message.id] = message.seq
                    print(*self._paragraph(message), sep="\n", flush=True)
            list(self._page(chat))
            await self._telegram.changes(chat["seq"], wait=25, chat=self._person.id)

    async def _do(self, typed: str) -> bool:
        """Act on one line; False to leave."""
        typed = typed.strip()
        self._note = ""
        try:
            if typed == ":quit":
                return False
            if typed.startswith(":"):
                self._note = await self._in_the_street(shlex.split(typed[1:]))
            elif typed.isdigit() and 0 < int(typed) <= len(self._buttons):
                await self._press(*self._buttons[int(typed) - 1])
            elif typed:
                await self._person.say(typed)
        except (SandboxError, StreetError, ValueError) as error:
            self._note = str(error)
        return True

    async def _press(self, message: Shown, label: str) -> None:
        pressed = await self._person.press(message, label)
        if pressed.action == "callback_data":
            answer = await pressed.answer()
            self._note = answer.text or ""
        else:
            self._note = f"That opens {pressed.value}"

    async def _in_the_street(self, words: list[str]) -> str:  # noqa: PLR0911  one return a command
        match words:
            case ["here"]:
                await self._person.share_location(*HARBOUR)
                return ""
            case ["here", lat, lon]:
                await self._person.share_location(float(lat), float(lon))
                return ""
            case ["street"]:
                return "\n".join(_evse_line(evse) for evse in await self._street.evses())
            case ["plug", sticker]:
                await self._street.plug(await self._uid(sticker))
                return f"The cable is in at {sticker}."
            case ["unplug", sticker]:
                await self._street.unplug(await self._uid(sticker))
                return f"The cable is out at {sticker}."
            case ["speed", speed]:
                await self._street.speed(float(speed))
                return f"Cars charge {speed} times as fast as real ones."
            case ["fault", sticker, name]:
                await self._street.fault(await self._uid(sticker), name)
                return f"{sticker} will misbehave: {name}."
            case ["fault"]:
                return "\n".join(f"  {fault['name']:<26}{fault['sentence']}" for fault in await self._street.faults())
            case _:
                return HELP

    async def _uid(self, sticker: str) -> str:
        wanted = re.sub(r"\W", "", sticker).upper()
        for evse in await self._street.evses():
            names = (evse["sticker"], evse["evse_id"], evse["uid"])
            if any(name and re.sub(r"\W", "", name).upper() == wanted for name in names):
                return str(evse["uid"])
        raise StreetError(f"Nothing in the street is called {sticker}; :street shows what there is.")


def _evse_line(evse: dict[str, Any]) -> str:
    car = "a car is plugged in" if evse["plugged"] else ""
    return f"  {evse['sticker'] or evse['evse_id'] or '(no sticker)':<16}{evse['status']:<14}{car}"


def _terminal(message: Shown) -> str:
    """Telegram's HTML as a terminal shows it."""
    if message.kind in {"location", "venue"}:
        return "(a location)"
    text = message.html or f"({message.kind})"
    for tag, code in (("b", 1), ("i", 3), ("u", 4), ("code", 36)):
        text = text.replace(f"<{tag}>", f"\x1b[{code}m").replace(f"</{tag}>", "\x1b[0m")
    text = re.sub(r"<[^>]+>", "", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
