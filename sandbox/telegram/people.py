"""People for programs: an async client of the sandbox's client API, for tests, scripted drivers and terminals.

async with Telegram(server.url) as telegram:
    alice = await telegram.person("Alice", language="en")
    await alice.start()
    card = await alice.wait_message(contains="Where are you?")
    press = await alice.press(card, "Start charging")
    assert (await press.answer()).text == "Starting..."
"""

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import orjson

PATIENCE: Final = 5.0
_POLL_SECONDS = 10.0


class SandboxError(Exception):
    """The sandbox says in one sentence why something cannot be done."""


class NotSeen(AssertionError):
    """What was waited for did not appear; the text shows what did."""


@dataclass(frozen=True)
class Shown:
    """A message as a person sees it; `raw` has everything, client_api.py says what."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    @property
    def seq(self) -> int:
        """The number of its last change."""
        return int(self.raw["seq"])

    @property
    def kind(self) -> str:
        return str(self.raw["kind"])

    @property
    def text(self) -> str:
        return str(self.raw["text"])

    @property
    def html(self) -> str:
        return str(self.raw["html"])

    @property
    def own(self) -> bool:
        return bool(self.raw["own"])

    @property
    def edited(self) -> bool:
        return bool(self.raw["edited"])

    @property
    def pinned(self) -> bool:
        return bool(self.raw["pinned"])

    @property
    def buzz(self) -> bool:
        return bool(self.raw["buzz"])

    @property
    def buttons(self) -> list[list[str]]:
        """The inline buttons' texts, row by row."""
        return [[str(button["text"]) for button in row] for row in self.raw["buttons"]]

    def has_button(self, text: str) -> bool:
        return any(text in row for row in self.buttons)

    def button_like(self, part: str) -> str:
        """The text of the first button that contains `part`."""
        for row in self.buttons:
            for text in row:
                if part.casefold() in text.casefold():
                    return text
        raise NotSeen(f"no button like {part!r} among {self.buttons}")


@dataclass(frozen=True)
class CallbackAnswer:
    """The toast or alert a press brought; `answered` is False when none came in time."""

    answered: bool
    text: str
    show_alert: bool
    url: str


@dataclass(frozen=True)
class PressedButton:
    """`action` and `value` as in client_api.py; only a callback has an id and an answer."""

    person: "Person"
    action: str
    value: Any
    callback_id: str

    async def answer(self, patience: float = PATIENCE) -> CallbackAnswer:
        query = {"wait": patience, "bot": self.person.bot_id}
        body = await self.person.telegram.request("GET", f"callbacks/{self.callback_id}", query=query)
        return CallbackAnswer(body["answered"], body["text"], body["show_alert"], body["url"])


class Telegram:
    """A connection to a sandbox server's client API."""

    def __init__(self, url: str) -> None:
        self._base = f"{url}/sandbox"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON answer; raises SandboxError with the sandbox's own sentence."""
        assert self._session is not None, "use: async with Telegram(url) as telegram"
        told = {name: str(value) for name, value in (query or {}).items() if value is not None}
        data = None if body is None else orjson.dumps(body)
        async with self._session.request(method, f"{self._base}/{path}".rstrip("/"), data=data, params=told) as answer:
            content = orjson.loads(await answer.read())
        if isinstance(content, dict) and "error" in content:
            raise SandboxError(content["error"])
        return content

    async def person(self, name: str, *, language: str = "", bot: int | None = None, **more: Any) -> "Person":
        """A new person; `more` may give id, last_name, username, phone_number."""
        user = await self.request("POST", "people", {"first_name": name, "language_code": language, **more})
        return Person(self, int(user["id"]), name, bot)

    async def changes(self, since: int = 0, wait: float = 0.0, chat: int | None = None) -> dict[str, Any]:
        """{seq, changes}: what happened after `since`, waiting up to `wait` seconds for it."""
        answer: dict[str, Any] = await self.request(
            "GET", "changes", query={"since": since, "wait": wait, "chat": chat}
        )
        return answer

    async def calls(self, method: str = "", since: int = 0) -> list[dict[str, Any]]:
        """What the bots called, oldest first, with arguments and answers."""
        answer = await self.request("GET", "calls", query={"since": since})
        return [call for call in answer["calls"] if not method or call["method"] == method.lower()]

    async def fault(self, kind: str, **more: Any) -> None:
        """The next call (or `times` of them, or those of `method`) goes wrong; see faults.py for the kinds."""
        await self.request("POST", "faults", {"kind": kind, **more})

    async def clear_faults(self) -> None:
        await self.request("DELETE", "faults")

    async def set_limits(self, **limits: Any) -> None:
        """Other rate limits for the first bot; none at all without arguments."""
        await self.request("PUT", "limits", limits)


class Person:
    """Somebody with a private chat with the bot."""

    def __init__(self, telegram: Telegram, user_id: int, name: str, bot_id: int | None = None) -> None:
        self.telegram = telegram
        self.id = user_id
        self.name = name
        self.bot_id = bot_id
        self._acted_at = 0

    async def start(self, payload: str = "") -> Shown:
        return await self._send("start", {"payload": payload})

    async def say(self, text: str, reply_to: Shown | None = None) -> Shown:
        return await self._send("text", {"text": text, "reply_to": reply_to.id if reply_to else None})

    async def tap(self, text: str, latitude: float | None = None, longitude: float | None = None) -> Shown:
        """Tap a button of the reply keyboard; one that asks for the location needs it."""
        return await self._send("tap", {"text": text, "latitude": latitude, "longitude": longitude})

    async def share_location(self, latitude: float, longitude: float) -> Shown:
        return await self._send("location", {"latitude": latitude, "longitude": longitude})

    async def share_contact(self) -> Shown:
        return await self._send("contact", {})

    async def send_file(self, kind: str, data: bytes, name: str = "file", caption: str = "") -> Shown:
        """A "photo", "document" or "voice"."""
        encoded = base64.b64encode(data).decode()
        return await self._send(kind, {"data": encoded, "name": name, "caption": caption})

    async def edit(self, message: Shown, text: str) -> Shown:
        return await self._send("edit", {"message_id": message.id, "text": text})

    async def press(self, message: Shown, text: str = "", *, data: str | None = None) -> PressedButton:
        """Press the inline button with this text, or with this callback data."""
        chosen = {"data": data} if data is not None else {"text": text}
        answer = await self._act("press", {"message_id": message.id, **chosen})
        return PressedButton(self, answer["action"], answer["value"], answer.get("callback_id", ""))

    async def block(self) -> None:
        await self._act("block", {})

    async def unblock(self) -> None:
        await self._act("unblock", {})

    async def delete_chat(self) -> None:
        await self._act("delete", {})

    async def chat(self) -> dict[str, Any]:
        """The whole chat as the person sees it."""
        answer: dict[str, Any] = await self.telegram.request("GET", f"chats/{self.id}", query={"bot": self.bot_id})
        return answer

    async def messages(self) -> list[Shown]:
        return [Shown(message) for message in (await self.chat())["messages"]]

    async def keyboard(self) -> list[list[str]]:
        """The reply keyboard's texts, row by row; empty when none is shown."""
        keyboard = (await self.chat())["keyboard"]
        return [[button["text"] for button in row] for row in keyboard["rows"]] if keyboard else []

    async def download(self, file_id: str) -> bytes:
        session = self.telegram._session  # noqa: SLF001  one client, two classes
        assert session is not None
        async with session.get(f"{self.telegram._base}/files/{file_id}") as answer:  # noqa: SLF001  likewise
            return await answer.read()

    async def wait_for(self, predicate: Callable[[dict[str, Any]], bool], patience: float = PATIENCE) -> dict[str, Any]:
        """The chat, as soon as `predicate` holds for it; raises NotSeen."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while True:
            chat = await self.chat()
            if predicate(chat):
                return chat
            if (left := deadline - loop.time()) <= 0:
                raise NotSeen(f"{self.name} waited {patience} s and sees:\n{_transcript(chat)}")
            await self.telegram.changes(chat["seq"], min(left, _POLL_SECONDS), chat=self.id)

    async def wait_message(
        self,
        contains: str = "",
        *,
        where: Callable[[Shown], bool] | None = None,
        anytime: bool = False,
        patience: float = PATIENCE,
    ) -> Shown:
        """The newest message of the bot with this text, sent or edited since this person last did something.

        `where` narrows further; `anytime` also takes older ones. Raises NotSeen.
        """
        found: list[Shown] = []

        def seen(chat: dict[str, Any]) -> bool:
            for raw in reversed(chat["messages"]):
                message = Shown(raw)
                fresh = anytime or message.seq > self._acted_at
                if fresh and not message.own and contains in message.text and (where is None or where(message)):
                    found.append(message)
                    return True
            return False

        try:
            await self.wait_for(seen, patience)
        except NotSeen as error:
            raise NotSeen(f"No message with {contains!r} came. {error}") from None
        return found[0]

    async def _act(self, deed: str, body: dict[str, Any]) -> Any:
        answer = await self.telegram.request("POST", f"chats/{self.id}/{deed}", body, {"bot": self.bot_id})
        self._acted_at = int(answer["seq"])
        return answer

    async def _send(self, deed: str, body: dict[str, Any]) -> Shown:
        told = {name: value for name, value in body.items() if value is not None}
        return Shown(await self._act(deed, told))


def _transcript(chat: dict[str, Any]) -> str:
    lines = []
    for message in chat["messages"][-8:]:
        texts = "".join(f" [{button['text']}]" for row in message["buttons"] for button in row)
        lines.append(f"  {message['from']['name']}: {message['text'] or message['kind']}{texts}")
    return "\n".join(lines) or "  (nothing)"
