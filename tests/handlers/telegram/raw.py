"""One person's updates as a manipulated app could send them, straight into the inbox, and what the bot does about each."""

import json
from itertools import count
from typing import Any

from bot.domain.ids import DriverId
from bot.ports import Button, Dialogue
from handlers.telegram.keyboards import PREFIX
from sandbox.telegram.people import Person
from tests.handlers.telegram.at_the_door import Town, until

SENT_AT = 1_772_452_800
SILENT = {"getupdates", "sendchataction"}
VARIES = {"callback_query_id", "reply_markup"}

Told = list[tuple[str, str]]
"""The calls of the bot while it handled an update: method and arguments, without what differs from time to time."""


class Raw:
    """`message_id` is the message whose buttons are pressed."""

    _numbers = count(900_000_000)

    def __init__(self, town: Town, person: Person, message_id: int = 77) -> None:
        self.town = town
        self.person = person
        self.message_id = message_id
        self.chat = {"id": person.id, "type": "private", "first_name": person.name}
        self.sender = {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": "en"}

    async def button(self, action: str, subject: str, *, once: bool = False) -> str:
        """The key of a button of this person's that means that."""
        key = f"raw{next(self._numbers)}"
        made = Button(key, DriverId(self.person.id), action, subject, self.town.clock.now(), None, once)
        await self.town.database.write(lambda uow: uow.buttons.add([made]))
        return key

    async def press(self, key: str) -> Told:
        message = {"message_id": self.message_id, "date": SENT_AT, "chat": self.chat, "text": "x"}
        query = {"id": "1", "from": self.sender, "chat_instance": "1", "data": PREFIX + key, "message": message}
        return await self.send({"callback_query": query})

    async def type(self, text: str) -> Told:
        return await self.say(text=text)

    async def say(self, **content: Any) -> Told:
        """A message with this content."""
        number = next(self._numbers)
        message = {"message_id": number, "date": SENT_AT, "chat": self.chat, "from": self.sender, **content}
        return await self.send({"message": message})

    async def send(self, update: dict[str, Any]) -> Told:
        """Give it in, and wait until it has been handled and, if it is a press, answered."""
        before = len(await self.town.people.calls())
        await self.town.telegram.inbox.take([{"update_id": next(self._numbers), **update}])

        async def handled() -> bool:
            return not await self.town.database.read(lambda uow: uow.inbox.waiting())

        async def answered() -> bool:
            return any(call["method"] == "answercallbackquery" for call in await self._calls(before))

        await until(handled)
        if "callback_query" in update:
            await until(answered)
        return [_plain(call) for call in await self._calls(before)]

    async def stand_in(self, conversation: str, state: str, memory: dict[str, Any]) -> None:
        """As if the conversation had come so far."""
        there = Dialogue(str(self.person.id), conversation, state, memory)
        await self.town.database.write(lambda uow: uow.dialogues.save([there]))

    async def stands_in(self) -> Dialogue:
        key = str(self.person.id)
        return (await self.town.database.read(lambda uow: uow.dialogues.load([key]))).get(key) or Dialogue(key)

    async def _calls(self, since: int) -> list[dict[str, Any]]:
        return [call for call in (await self.town.people.calls())[since:] if call["method"] not in SILENT]


def _plain(call: dict[str, Any]) -> tuple[str, str]:
    args = {name: value for name, value in call["args"].items() if name not in VARIES}
    return call["method"], json.dumps(args, sort_keys=True, default=str, ensure_ascii=False)


def failures(town: Town) -> list[str]:
    """What handlers raised so far."""
    return [row.error for row in town.database._tables["inbox"].values() if row.error]  # type: ignore[attr-defined]
