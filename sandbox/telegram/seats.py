"""A seat: one person in one chat, perhaps in one topic of it; everything people do and see in chats."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.connection import Connection
from sandbox.telegram.shown import PATIENCE, CallbackAnswer, InlineAnswer, NotSeen, Offered, Shown

_POLL_SECONDS = 10.0


@dataclass(frozen=True)
class PressedButton:
    """`action` and `value` as in client_api.py; only a callback has an id and an answer."""

    person: "Seat"
    action: str
    value: Any
    callback_id: str

    async def answer(self, patience: float = PATIENCE) -> CallbackAnswer:
        query = {"wait": patience, "bot": self.person.bot_id}
        body = await self.person.telegram.request("GET", f"callbacks/{self.callback_id}", query=query)
        return CallbackAnswer(body["answered"], body["text"], body["show_alert"], body["url"])


@dataclass
class Place:
    """A chat, and when somebody last did something there through a seat."""

    chat_id: int
    acted_at: int = 0


class Seat:
    """What one person does and sees in one chat."""

    def __init__(
        self,
        telegram: Connection,
        place: Place,
        user_id: int,
        name: str,
        bot_id: int | None = None,
        topic: int | None = None,
    ) -> None:
        self.telegram = telegram
        self.place = place
        self.id = user_id
        self.name = name
        self.bot_id = bot_id
        self.topic = topic

    async def say(self, text: str, reply_to: Shown | None = None) -> Shown:
        return await self.send("text", {"text": text, "reply_to": reply_to.id if reply_to else None})

    async def tap(self, text: str, latitude: float | None = None, longitude: float | None = None) -> Shown:
        """Tap a button of the reply keyboard; one that asks for the location needs it."""
        return await self.send("tap", {"text": text, "latitude": latitude, "longitude": longitude})

    async def share_location(self, latitude: float, longitude: float, reply_to: Shown | None = None) -> Shown:
        answered = reply_to.id if reply_to else None
        return await self.send("location", {"latitude": latitude, "longitude": longitude, "reply_to": answered})

    async def share_contact(self) -> Shown:
        return await self.send("contact", {})

    async def send_file(
        self,
        kind: str,
        data: bytes,
        name: str = "file",
        caption: str = "",
        reply_to: Shown | None = None,
        album: str = "",
    ) -> Shown:
        """A "photo", "document" or "voice"; those with one `album` are shown as one."""
        file = {"data": base64.b64encode(data).decode(), "name": name, "caption": caption, "album": album}
        return await self.send(kind, {**file, "reply_to": reply_to.id if reply_to else None})

    async def edit(self, message: Shown, text: str) -> Shown:
        return await self.send("edit", {"message_id": message.id, "text": text})

    async def react(self, message: Shown, emoji: str) -> Shown:
        """Put an emoji under a message; an empty one takes it back."""
        return await self.send("react", {"message_id": message.id, "emoji": emoji})

    async def type_inline(
        self, query: str, *, offset: str = "", near: tuple[float, float] | None = None, patience: float = PATIENCE
    ) -> InlineAnswer:
        """Type the bot's name and `query`, and see what it offers."""
        where = {"latitude": near[0], "longitude": near[1]} if near else {}
        asked = await self.act("inline", {"query": query, "offset": offset, **where})
        told = {"wait": patience, "bot": self.bot_id}
        return InlineAnswer(await self.telegram.request("GET", f"inline/{asked['query_id']}", query=told))

    async def choose(self, result: Offered) -> Shown:
        """Send an inline result into the chat."""
        return await self.send("choose", {"query_id": result.query_id, "result_id": result.id})

    async def press(self, message: Shown, text: str = "", *, data: str | None = None) -> PressedButton:
        """Press the inline button with this text, or with this callback data."""
        chosen = {"data": data} if data is not None else {"text": text}
        answer = await self.act("press", {"message_id": message.id, **chosen})
        return PressedButton(self, answer["action"], answer["value"], answer.get("callback_id", ""))

    async def chat(self) -> dict[str, Any]:
        """The whole chat as the person sees it."""
        query = {"bot": self.bot_id, "viewer": self.id, "topic": self.topic}
        answer: dict[str, Any] = await self.telegram.request("GET", f"chats/{self.place.chat_id}", query=query)
        return answer

    async def messages(self) -> list[Shown]:
        return [Shown(message) for message in (await self.chat())["messages"]]

    async def keyboard(self) -> list[list[str]]:
        """The reply keyboard's texts, row by row; empty when none is shown."""
        keyboard = (await self.chat())["keyboard"]
        return [[button["text"] for button in row] for row in keyboard["rows"]] if keyboard else []

    async def download(self, file_id: str) -> bytes:
        return await self.telegram.download(file_id)

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
            await self.telegram.changes(chat["seq"], min(left, _POLL_SECONDS), chat=self.place.chat_id)

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
                fresh = anytime or message.seq > self.place.acted_at
                if fresh and not message.own and contains in message.text and (where is None or where(message)):
                    found.append(message)
                    return True
            return False

        try:
            await self.wait_for(seen, patience)
        except NotSeen as error:
            raise NotSeen(f"No message with {contains!r} came. {error}") from None
        return found[0]

    async def act(self, deed: str, body: dict[str, Any]) -> Any:
        """Any deed of the client API; client_api.py says which there are."""
        told = {"from": self.id, "topic": self.topic, **body}
        answer = await self.telegram.request("POST", f"chats/{self.place.chat_id}/{deed}", told, {"bot": self.bot_id})
        self.place.acted_at = int(answer["seq"])
        return answer

    async def send(self, deed: str, body: dict[str, Any]) -> Shown:
        """A deed that shows a message."""
        told = {name: value for name, value in body.items() if value is not None}
        return Shown(await self.act(deed, told))


def _transcript(chat: dict[str, Any]) -> str:
    lines = []
    for message in chat["messages"][-8:]:
        texts = "".join(f" [{button['text']}]" for row in message["buttons"] for button in row)
        lines.append(f"  {message['from']['name']}: {message['text'] or message['kind']}{texts}")
    return "\n".join(lines) or "  (nothing)"
