"""Topics of forums: what changes in them, told by service messages of whoever did it.

Who may do it is asked by the callers: the bot's methods in the server's words, the people's deeds in ours.
"""

from typing import Any, Final

from sandbox.telegram.model import GENERAL_TOPIC, Chat, Content, Message, Topic, User
from sandbox.telegram.world import Bot, World

ICON_COLORS: Final = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
MAX_NAME: Final = 128


def clean_name(name: str) -> str:
    """As the server keeps it: blanks run together, at most 128 characters."""
    return " ".join(name[:MAX_NAME].split())


class Topics:
    """The topics of one forum, changed by `user`."""

    def __init__(self, world: World, bot: Bot, chat: Chat, user: User) -> None:
        self._world, self._bot, self._chat, self._user = world, bot, chat, user

    def create(self, name: str, icon_color: int = 0, icon_emoji: str = "") -> Topic:
        topic = Topic(0, name, self._user.id, icon_color or ICON_COLORS[0], icon_emoji)
        content = Content("forum_topic_created", {"forum_topic_created": topic.created()})
        topic.id = self._say(content, None).id
        self._chat.messages[topic.id].topic_id = topic.id
        self._chat.topics[topic.id] = topic
        self._tell(self._chat.messages[topic.id])
        return topic

    def edit(self, topic: Topic, name: str | None = None, icon_emoji: str | None = None) -> bool:
        """False when nothing would change."""
        changed: dict[str, Any] = {}
        if name is not None and name != topic.name:
            changed["name"] = topic.name = name
        if icon_emoji is not None and icon_emoji != topic.icon_emoji:
            changed["icon_custom_emoji_id"] = topic.icon_emoji = icon_emoji
        if changed:
            self._tell(self._say(Content("forum_topic_edited", {"forum_topic_edited": changed}), topic))
        return bool(changed)

    def close(self, topic: Topic, *, closed: bool) -> bool:
        """Close or reopen; False when it is so already."""
        if topic.closed == closed:
            return False
        topic.closed = closed
        kind = "forum_topic_closed" if closed else "forum_topic_reopened"
        self._tell(self._say(Content(kind, {kind: {}}), topic))
        return True

    def hide_general(self, *, hidden: bool) -> bool:
        """A hidden General topic is closed as well; False when it is so already."""
        general = self._chat.topics[GENERAL_TOPIC]
        if general.hidden == hidden:
            return False
        general.hidden = hidden
        general.closed = general.closed or hidden
        kind = "general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden"
        self._tell(self._say(Content(kind, {kind: {}}), general))
        return True

    def delete(self, topic: Topic) -> None:
        """With all its messages; no service message tells of it."""
        del self._chat.topics[topic.id]
        self._chat.deleted_topics.add(topic.id)
        for message in [message for message in self._chat.messages.values() if message.topic_id == topic.id]:
            if not message.deleted:
                self._world.delete_message(self._bot, message)

    def _say(self, content: Content, topic: Topic | None) -> Message:
        thread_id = 0 if topic is None or topic.id == GENERAL_TOPIC else topic.id
        return self._world.add_message(self._bot, self._chat, self._user, content, topic_id=thread_id, silent=True)

    def _tell(self, message: Message) -> None:
        self._world.tell(self._bot, message)
