"""The state of the pretend Telegram: bots, people, their chats and files, and what changes in them.

Every change of a chat goes through here, so that it gets its id, its date and its place in the feed.
"""

import random
from collections.abc import Iterable
from typing import Any, Final

from sandbox.clock import Clock
from sandbox.telegram.faults import Faults
from sandbox.telegram.feed import Feed
from sandbox.telegram.files import FileStore
from sandbox.telegram.inline import InlineAnswer, InlineMode, InlineQuery
from sandbox.telegram.keyboards import ForceReply, InlineKeyboard, RemoveKeyboard, ReplyKeyboard, ReplyMarkup
from sandbox.telegram.limits import Limiter, Limits
from sandbox.telegram.membership import Membership
from sandbox.telegram.model import GENERAL_TOPIC, Chat, ChatKind, Content, Message, Origin, Press, Topic, User
from sandbox.telegram.profile import Profile
from sandbox.telegram.updates import UpdateQueue

FIRST_USER_ID: Final = 500_000_001
FIRST_UPDATE_ID: Final = 700_000_001
FIRST_SUPERGROUP_ID: Final = -1_001_000_000_000
FIRST_GROUP_ID: Final = -4_000_000
ACTION_SECONDS: Final = 5.0


class Bot:
    """One bot with everything only it can see."""

    def __init__(self, token: str, clock: Clock, limits: Limits, username: str = "") -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.user = User(self.id, f"Bot {self.id}", username=username or f"sandbox_{self.id}_bot", is_bot=True)
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.remembered_answers: dict[tuple[int, int, str], tuple[float, dict[str, Any]]] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.profile = Profile(self.user.first_name)
        self.inline = InlineMode()
        self.privacy = True
        self.files = FileStore(self.id)
        self.updates = UpdateQueue(clock, FIRST_UPDATE_ID)
        self.limiter = Limiter(clock, limits)
        self.last_message_id = 0

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups count for themselves; everywhere else one counter serves the whole account."""
        if chat.kind == "supergroup":
            chat.last_message_id += 1
            return chat.last_message_id
        self.last_message_id += 1
        return self.last_message_id


class World:
    def __init__(self, clock: Clock, *, seed: int = 1, limits: Limits | None = None) -> None:
        self.clock = clock
        self.random = random.Random(seed)
        self.limits = limits or Limits()
        self.bots: dict[str, Bot] = {}
        self.users: dict[int, User] = {}
        self.changes = Feed()
        self.calls = Feed(keep=5_000)
        self.faults = Faults()

    def add_bot(self, token: str, username: str = "") -> Bot:
        bot = Bot(token, self.clock, self.limits, username)
        self.bots[token] = bot
        return bot

    def add_user(self, user: User) -> User:
        """A person; with id 0 the next free id is given."""
        if not user.id:
            user.id = max([FIRST_USER_ID - 1, *self.users]) + 1
        self.users[user.id] = user
        return user

    def add_group(self, bot: Bot, kind: ChatKind, title: str, members: Iterable[User], *, forum: bool = False) -> Chat:
        """A group the bot is in: an administrator with all rights where there are topics, else a plain member."""
        step = len(bot.chats) + 1
        chat_id = FIRST_SUPERGROUP_ID - step if kind == "supergroup" else FIRST_GROUP_ID - step
        everyone = {user.id: user for user in members}
        chat = Chat(chat_id, kind, everyone, self.number(), title=title, started=True, forum=forum)
        if forum:
            chat.bot_membership = Membership.administrator()
            chat.topics[GENERAL_TOPIC] = Topic(GENERAL_TOPIC, "General", next(iter(everyone)))
            chat.last_message_id = GENERAL_TOPIC
        bot.chats[chat.id] = chat
        return chat

    def chat(self, bot: Bot, chat_id: int) -> Chat | None:
        """A chat the bot can name; with a known person there always is one, if only a silent one."""
        if chat_id not in bot.chats and chat_id in self.users:
            bot.chats[chat_id] = Chat(chat_id, "private", {chat_id: self.users[chat_id]}, self.number())
        chat = bot.chats.get(chat_id)
        return None if chat is None or chat.gone else chat

    def now(self) -> int:
        return int(self.clock.time())

    def number(self) -> str:
        """A long number that nobody can guess."""
        return str(self.random.randrange(10**17, 10**18))

    def add_message(
        self,
        bot: Bot,
        chat: Chat,
        sender: User,
        content: Content,
        *,
        markup: ReplyMarkup | None = None,
        reply_to: Message | None = None,
        silent: bool = False,
        protected: bool = False,
        topic_id: int = 0,
        origin: Origin | None = None,
        album_id: str = "",
        via_bot: User | None = None,
        inline_id: str = "",
    ) -> Message:
        message = Message(
            bot.next_message_id(chat),
            chat,
            sender,
            self.now(),
            content,
            keyboard=markup if isinstance(markup, InlineKeyboard) else None,
            plain_markup=isinstance(markup, ReplyKeyboard | RemoveKeyboard | ForceReply),
            reply_to=reply_to,
            silent=silent,
            protected=protected,
            topic_id=topic_id,
            origin=origin,
            album_id=album_id,
            via_bot=via_bot,
            inline_id=inline_id,
        )
        chat.messages[message.id] = message
        chat.action_until = 0.0
        if isinstance(markup, ReplyKeyboard | RemoveKeyboard):
            chat.reply_keyboard = markup if isinstance(markup, ReplyKeyboard) else None
        self._changed(bot, message, "message")
        return message

    def edit_message(
        self, bot: Bot, message: Message, content: Content, keyboard: InlineKeyboard | None, *, dated: bool = True
    ) -> None:
        message.content = content
        message.keyboard = keyboard
        if dated:
            message.edit_date = self.now()
        self._changed(bot, message, "edit")

    def delete_message(self, bot: Bot, message: Message) -> None:
        message.deleted = True
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
        self._changed(bot, message, "delete")

    def pin(self, bot: Bot, message: Message, *, silent: bool) -> None:
        """Pin, say so in the chat, and tell the bot of its own deed, as the server does."""
        chat = message.chat
        if message.id in chat.pinned:
            return
        chat.pinned.append(message.id)
        self._changed(bot, message, "pin")
        content = Content("pinned_message", {"pinned_message": message.json(with_reply=False)})
        service = self.add_message(bot, chat, bot.user, content, silent=silent, topic_id=message.topic_id)
        self.tell(bot, service)

    def tell(self, bot: Bot, message: Message, kind: str = "message") -> None:
        """Let the bot know of a message, as long as it is in the chat."""
        if message.chat.bot_membership.present:
            bot.updates.push(kind, message.json(), message.chat.id)

    def unpin(self, bot: Bot, message: Message) -> None:
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
            self._changed(bot, message, "unpin")

    def show_action(self, bot: Bot, chat: Chat, action: str) -> None:
        chat.action = action
        chat.action_until = 0.0 if action == "cancel" else self.clock.time() + ACTION_SECONDS
        self.changes.add(kind="action", bot_id=bot.id, chat_id=chat.id, action=action)

    def new_press(self, bot: Bot, user: User, message: Message, data: str, lifetime: float) -> Press:
        press = Press(self.number(), user, message, data, self.clock.time() + lifetime)
        bot.presses[press.id] = press
        self.changes.add(kind="press", bot_id=bot.id, chat_id=message.chat.id, callback_id=press.id, data=data)
        return press

    def answer_press(self, bot: Bot, press: Press, answer: dict[str, Any], cache_seconds: int) -> None:
        press.answer = answer
        chat_id = press.message.chat.id
        if cache_seconds:
            key = (chat_id, press.message.id, press.data)
            bot.remembered_answers[key] = (self.clock.time() + cache_seconds, answer)
        self.changes.add(kind="answer", bot_id=bot.id, chat_id=chat_id, callback_id=press.id, **answer)

    def new_inline_query(self, bot: Bot, query: InlineQuery) -> None:
        bot.inline.queries[query.id] = query
        self.changes.add(
            kind="inline_query", bot_id=bot.id, chat_id=query.chat.id, query_id=query.id, from_id=query.user.id
        )

    def answer_inline_query(self, bot: Bot, query: InlineQuery, answer: InlineAnswer) -> None:
        query.answer = answer
        self.changes.add(kind="inline_answer", bot_id=bot.id, chat_id=query.chat.id, query_id=query.id)

    def react(self, bot: Bot, message: Message, user: User, emojis: tuple[str, ...]) -> None:
        message.reactions.pop(user.id, None)
        if emojis:
            message.reactions[user.id] = emojis
        self._changed(bot, message, "reaction")

    def _changed(self, bot: Bot, message: Message, kind: str) -> None:
        message.seq = self.changes.add(
            kind=kind, bot_id=bot.id, chat_id=message.chat.id, message_id=message.id, from_id=message.sender.id
        )
