"""One connection to each open page: what changes in the driver's chat, in the street and behind the scenes, as it does.

A WebSocket, because browsers allow few other lasting connections to one place, and drivers open many pages.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import aiohttp
import orjson
from aiohttp import web

from sandbox.cpo.ocpi import words
from sandbox.cpo.operator import Operator
from sandbox.street.bot_switch import BotSwitch
from sandbox.street.cars import Cars
from sandbox.street.scene import Eyes
from sandbox.telegram.people import SandboxError, Telegram

_GLANCE: Final = 0.2
_WAIT: Final = 25
_KEPT_CALLS: Final = 200

Json = dict[str, Any]
Say = Callable[[str, Any], Awaitable[None]]


class _Left(Exception):
    """The page was closed."""


class Live:
    def __init__(self, operator: Operator, telegram: Telegram, cars: Cars, switch: BotSwitch | None) -> None:
        self._operator = operator
        self._telegram = telegram
        self._cars = cars
        self._switch = switch
        self._open: set[web.WebSocketResponse] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """`?driver=ID`, and `&chat=ID` for a group that the driver is in."""
        driver = int(request.query["driver"])
        chat = int(request.query.get("chat", driver))
        socket = web.WebSocketResponse(heartbeat=20, compress=False)
        await socket.prepare(request)
        self._open.add(socket)
        try:
            await self._talk(socket, driver, chat)
        finally:
            self._open.discard(socket)
        return socket

    async def close(self) -> None:
        for socket in list(self._open):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    async def _talk(self, socket: web.WebSocketResponse, driver: int, chat: int) -> None:
        async def say(kind: str, facts: Any) -> None:
            await socket.send_bytes(orjson.dumps({"kind": kind, "facts": facts}))

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._until_left(socket))
                group.create_task(self._chat(say, driver, chat))
                group.create_task(self._street(say, driver))
                group.create_task(self._calls(say))
        except* (_Left, ConnectionError, aiohttp.ClientError, SandboxError):
            await socket.close()

    @staticmethod
    async def _until_left(socket: web.WebSocketResponse) -> None:
        async for _ in socket:
            pass
        raise _Left

    async def _chat(self, say: Say, driver: int, chat: int) -> None:
        async for view in self._views(driver, chat):
            await say("chat", view)

    async def _views(self, driver: int, chat: int) -> AsyncIterator[Json]:
        """The whole chat, then again and again what is new in it."""
        since = 0
        while True:
            view = await self._telegram.request("GET", f"chats/{chat}", query={"viewer": driver, "since": since})
            view["whole"] = since == 0
            yield view
            since = view["seq"]
            typing = view["action"] is not None
            await self._telegram.changes(since, 1 if typing else _WAIT, chat=chat)

    async def _street(self, say: Say, driver: int) -> None:
        eyes = Eyes(self._operator, self._cars.owner_of)
        seen: Json = {}
        commands = pushes = 0
        while True:
            now = self._now(driver)
            if charge_points := eyes.look():
                await say("charge_points", charge_points)
            if now != seen:
                seen = now
                await say("now", now)
            if news := self._ocpi(commands, pushes):
                await say("ocpi", news)
            commands, pushes = len(self._operator.kept.commands), len(self._operator.caller.log)
            await asyncio.sleep(_GLANCE)

    def _now(self, driver: int) -> Json:
        letter = None if self._switch is None else self._switch.letters.of(driver)
        return {
            "car": self._cars.view(driver),
            "speed": self._operator.clock.speed,
            "bot": self._bot(),
            "pass": None if letter is None else letter.view(),
        }

    def _bot(self) -> Json | None:
        return None if self._switch is None else {"state": self._switch.state, "trouble": self._switch.trouble}

    def _ocpi(self, commands: int, pushes: int) -> list[Json]:
        """What the bot and the operator have told each other since so many commands and pushes, oldest first."""
        asked = [
            {"at": words.moment(it.at), "from": "bot", "what": it.name, "body": it.body, "answer": it.answer}
            for it in self._operator.kept.commands[commands:]
        ]
        told = [
            {
                "at": words.moment(it.at),
                "from": "operator",
                "what": f"{it.method} {_module(it.url)}",
                "body": it.body,
                "answer": it.error or f"HTTP {it.http}, status {it.status_code}",
            }
            for it in list(self._operator.caller.log)[pushes:]
        ]
        return [orjson.loads(words_of(it)) for it in sorted(asked + told, key=lambda entry: str(entry["at"]))]

    async def _calls(self, say: Say) -> None:
        since = 0
        while True:
            answer = await self._telegram.request("GET", "calls", query={"since": since, "wait": _WAIT})
            since = answer["seq"]
            if answer["calls"]:
                await say("calls", answer["calls"][-_KEPT_CALLS:])


def words_of(entry: Json) -> bytes:
    return orjson.dumps(entry, default=str)


def _module(url: str) -> str:
    """The part of an OCPI address that a person wants to read: "sessions", "locations"."""
    for name in ("sessions", "locations", "cdrs", "tariffs", "commands", "credentials", "tokens", "versions"):
        if f"/{name}" in url:
            return name
    return url
