"""People for programs: an async client of the sandbox's client API, for tests, scripted drivers and terminals.

async with Telegram(server.url) as telegram:
    alice = await telegram.person("Alice", language="en")
    await alice.start()
    card = await alice.wait_message(contains="Where are you?")
    press = await alice.press(card, "Start charging")
    assert (await press.answer()).text == "Starting..."

    group = await telegram.forum("Support", members=[agent])
    topic = await group.wait_topic("Alice")
    await agent.say_in(group, "How can I help?", topic=topic)
    await agent.at(group, topic).press(card, "Close")
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sandbox.telegram.connection import Connection
from sandbox.telegram.seats import Place, PressedButton, Seat
from sandbox.telegram.shown import (
    PATIENCE,
    CallbackAnswer,
    InlineAnswer,
    NotSeen,
    Offered,
    SandboxError,
    Shown,
    ShownTopic,
)

__all__ = [
    "PATIENCE",
    "CallbackAnswer",
    "Group",
    "InlineAnswer",
    "NotSeen",
    "Offered",
    "Person",
    "PressedButton",
    "SandboxError",
    "Seat",
    "Shown",
    "ShownTopic",
    "Telegram",
]

Topic = ShownTopic | int | None
GENERAL: Final = 1


class Telegram(Connection):
    """Everybody and everything in the sandbox."""

    async def person(self, name: str, *, language: str = "", bot: int | None = None, **more: Any) -> "Person":
        """A new person; `more` may give id, last_name, username, phone_number."""
        user = await self.request("POST", "people", {"first_name": name, "language_code": language, **more})
        return Person(self, int(user["id"]), name, bot)

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

    async def set_settings(self, **settings: bool) -> None:
        """What the bot's owner told BotFather: inline, inline_feedback, privacy."""
        await self.request("PUT", "settings", settings)

    async def group(
        self,
        title: str,
        members: Sequence["Person | Mapping[str, Any]"],
        *,
        kind: str = "supergroup",
        forum: bool = False,
        bot: Mapping[str, Any] | None = None,
    ) -> "Group":
        """A group with the bot in it; a member is a Person, or {"id": ..., "status": ..., "rights": [...]}.

        `bot` is the bot's own standing, {"status": ..., "rights": [...]}.
        """
        first = next(member for member in members if isinstance(member, Person))
        told = [{"id": member.id} if isinstance(member, Person) else dict(member) for member in members]
        body = {"title": title, "kind": kind, "forum": forum, "members": told, "bot": dict(bot or {})}
        chat = await self.request("POST", "groups", body, {"bot": first.bot_id})
        return Group(self, int(chat["id"]), title, first)

    async def forum(self, title: str, members: Sequence["Person"], bot: Mapping[str, Any] | None = None) -> "Group":
        """A supergroup with topics, where the bot is an administrator and the first member the owner."""
        owner, *others = members
        group = await self.group(title, [owner, *others], forum=True, bot=bot)
        await group.set_standing(owner, status="creator")
        return group


class Person(Seat):
    """Somebody with a private chat with the bot, and perhaps a seat in groups."""

    def __init__(self, telegram: Telegram, user_id: int, name: str, bot_id: int | None = None) -> None:
        super().__init__(telegram, Place(user_id), user_id, name, bot_id)

    def at(self, group: "Group", topic: Topic = None) -> Seat:
        """This person in a group, or in one topic of it."""
        topic_id = topic.id if isinstance(topic, ShownTopic) else topic
        return Seat(self.telegram, group.place, self.id, self.name, self.bot_id, topic_id)

    async def say_in(self, group: "Group", text: str, topic: Topic = None, reply_to: Shown | None = None) -> Shown:
        return await self.at(group, topic).say(text, reply_to)

    async def start(self, payload: str = "") -> Shown:
        return await self.send("start", {"payload": payload})

    async def send_web_app_data(self, button: str, data: str) -> Shown:
        """What the Mini App behind a button of the reply keyboard hands over when it closes."""
        return await self.send("web_app", {"text": button, "data": data})

    async def block(self) -> None:
        await self.act("block", {})

    async def unblock(self) -> None:
        await self.act("unblock", {})

    async def delete_chat(self) -> None:
        await self.act("delete", {})


class Group:
    """A group as its members see it; what is not said of anybody is seen and done by its first member."""

    def __init__(self, telegram: Telegram, chat_id: int, title: str, first: Person) -> None:
        self.telegram = telegram
        self.place = Place(chat_id)
        self.title = title
        self._first = first

    @property
    def id(self) -> int:
        return self.place.chat_id

    async def view(self, viewer: Person | None = None, topic: Topic = None) -> dict[str, Any]:
        """The whole chat as a member sees it."""
        return await (viewer or self._first).at(self, topic).chat()

    async def messages(self, topic: Topic = None, viewer: Person | None = None) -> list[Shown]:
        return await (viewer or self._first).at(self, topic).messages()

    async def topics(self, viewer: Person | None = None) -> list[ShownTopic]:
        return [ShownTopic(topic) for topic in (await self.view(viewer))["topics"] or ()]

    async def topic(self, name: str) -> ShownTopic:
        """The topic with `name` in its name; raises NotSeen."""
        return await self.wait_topic(name, patience=0)

    async def wait_topic(self, name: str = "", patience: float = PATIENCE) -> ShownTopic:
        """The newest topic with `name` in its name, General aside; raises NotSeen."""

        def fitting(chat: Mapping[str, Any]) -> list[ShownTopic]:
            found = [ShownTopic(topic) for topic in chat["topics"] or ()]
            return [topic for topic in found if topic.id != GENERAL and name in topic.name]

        return fitting(await self._first.at(self).wait_for(lambda chat: bool(fitting(chat)), patience))[-1]

    async def wait_message(
        self,
        contains: str = "",
        *,
        topic: Topic = None,
        where: Callable[[Shown], bool] | None = None,
        anytime: bool = False,
        patience: float = PATIENCE,
    ) -> Shown:
        """As a person's, for what others than the first member wrote since somebody last acted in the group."""
        seat = self._first.at(self, topic)
        return await seat.wait_message(contains, where=where, anytime=anytime, patience=patience)

    async def create_topic(self, name: str, by: Person | None = None) -> ShownTopic:
        return ShownTopic(await self._do("topics", by, name=name))

    async def rename_topic(self, topic: ShownTopic, name: str, by: Person | None = None) -> ShownTopic:
        return ShownTopic(await self._do("topics/rename", by, topic=topic.id, name=name))

    async def close_topic(self, topic: ShownTopic, by: Person | None = None) -> ShownTopic:
        return ShownTopic(await self._do("topics/close", by, topic=topic.id))

    async def reopen_topic(self, topic: ShownTopic, by: Person | None = None) -> ShownTopic:
        return ShownTopic(await self._do("topics/reopen", by, topic=topic.id))

    async def delete_topic(self, topic: ShownTopic, by: Person | None = None) -> None:
        await self._do("topics/delete", by, topic=topic.id)

    async def set_standing(self, person: Person | None = None, **standing: Any) -> None:
        """Another status, rights or title of a person, or of the bot when nobody is named."""
        told = {"user": person.id} if person else {}
        await self._do("membership", None, **told, **standing)

    async def take_from_bot(self, *rights: str) -> None:
        await self.set_standing(take=list(rights))

    async def give_to_bot(self, *rights: str) -> None:
        await self.set_standing(give=list(rights))

    async def upgrade(self) -> "Group":
        """The group becomes a supergroup, with another id."""
        chat = await self._do("migrate", None)
        return Group(self.telegram, int(chat["id"]), self.title, self._first)

    async def _do(self, deed: str, by: Person | None, **body: Any) -> Any:
        return await (by or self._first).at(self).act(deed, body)
