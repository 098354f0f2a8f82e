"""What people do in their chats; each deed changes the world and reaches the bot as an update."""

from dataclasses import dataclass
from typing import Any

from sandbox.telegram.entities import FormattedText, plain
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import Upload, image_size
from sandbox.telegram.keyboards import Button, InlineKeyboard
from sandbox.telegram.membership import Membership
from sandbox.telegram.model import GENERAL_TOPIC, Chat, Content, Message, Press, User
from sandbox.telegram.reactions import EMOJIS, plain_emoji
from sandbox.telegram.updates import LIFETIMES
from sandbox.telegram.world import Bot, World

MAX_TEXT = 4096
MAX_WEB_APP_BYTES = 4096


class Impossible(Exception):
    """What a person tried cannot be done in a real client either; the sentence says why."""


@dataclass
class Actor:
    """A person in a chat with a bot, perhaps in one of its topics and about to answer a message."""

    world: World
    bot: Bot
    chat: Chat
    user: User
    topic: int = 0
    reply_to: int = 0

    def write(self, text: str) -> Message:
        try:
            formatted = plain(text)
        except BadRequestError as error:
            raise Impossible("There is nothing to send in an empty message.") from error
        if len(formatted.text) > MAX_TEXT:
            raise Impossible(f"A message has at most {MAX_TEXT} characters.")
        return self.send(Content("text", text_fields("text", formatted)))

    def start(self, payload: str = "") -> Message:
        """Press Start, or open a link t.me/bot?start=payload."""
        return self.write(f"/start {payload}".strip())

    def share_location(self, fields: dict[str, Any]) -> Message:
        return self.send(Content("location", {"location": fields}))

    def share_contact(self, fields: dict[str, Any]) -> Message:
        own = {"phone_number": self.user.phone_number, "first_name": self.user.first_name, "user_id": self.user.id}
        return self.send(Content("contact", {"contact": fields or own}))

    def send_file(self, kind: str, upload: Upload, caption: str = "", duration: int = 0, album_id: str = "") -> Message:
        """Files sent with one `album_id` are one album."""
        stored = self.bot.files.add(kind, upload)
        body: Any = stored.json()
        if kind == "photo":
            width, height = image_size(upload.data) or (0, 0)
            if not width:
                raise Impossible("This is not a picture; send it as a document.")
            body = [{**body, "width": width, "height": height}]
        elif kind == "voice":
            body |= {"duration": duration, "mime_type": upload.mime_type or "audio/ogg"}
        else:
            body |= {"file_name": stored.name, "mime_type": stored.mime_type}
        fields = text_fields("caption", plain(caption)) if caption.strip() else {}
        return self.send(Content(kind, {kind: body, **fields}), album_id=album_id)

    def react(self, message_id: int, emoji: str) -> Message:
        """Put an emoji under a message in place of the last one; an empty one takes it back."""
        message, emoji = self.chat.visible(message_id), plain_emoji(emoji)
        if message is None or message.content.service or (emoji and emoji not in EMOJIS):
            raise Impossible("Only a message can be reacted to, with one emoji of Telegram's own set.")
        old, new = message.reactions.get(self.user.id, ()), (emoji,) if emoji else ()
        self.world.react(self.bot, message, self.user, new)
        if self.chat.private or self.chat.bot_membership.governs:
            body = {"chat": self.chat.json(), "message_id": message.id, "user": self.user.json()}
            body |= {"date": self.world.now(), "old_reaction": _reactions(old), "new_reaction": _reactions(new)}
            self.bot.updates.push("message_reaction", body, self.chat.id)
        return message

    def send_web_app_data(self, button_text: str, data: str) -> Message:
        """What a Mini App opened from the reply keyboard hands to the bot when it closes."""
        keyboard = self.chat.reply_keyboard
        buttons = [button for row in keyboard.rows for button in row] if keyboard else []
        if not any(button["text"] == button_text and "web_app" in button for button in buttons):
            raise Impossible(f"The keyboard has no button {button_text!r} that opens a Mini App.")
        if not 1 <= len(data.encode()) <= MAX_WEB_APP_BYTES:
            raise Impossible(f"A Mini App hands over 1 to {MAX_WEB_APP_BYTES} bytes.")
        return self.send(Content("web_app_data", {"web_app_data": {"button_text": button_text, "data": data}}))

    def edit(self, message_id: int, text: str) -> Message:
        message = self.chat.visible(message_id)
        if message is None or message.sender.id != self.user.id or message.content.kind != "text":
            raise Impossible("Only a text message of one's own can be edited.")
        self.world.edit_message(self.bot, message, Content("text", text_fields("text", plain(text))), None)
        self._tell("edited_message", message)
        return message

    def press(self, message_id: int, button: Button) -> Press:
        """Press an inline button with callback data; a remembered answer is shown without asking the bot."""
        message = self.chat.messages[message_id]
        data = button["callback_data"]
        lifetime = LIFETIMES["callback_query"]
        press = self.world.new_press(self.bot, self.user, message, data, lifetime)
        until, answer = self.bot.remembered_answers.get((self.chat.id, message_id, data), (0.0, {}))
        if until > self.world.clock.time():
            self.world.answer_press(self.bot, press, answer, 0)
            return press
        if message.inline_id:
            where: dict[str, Any] = {"inline_message_id": message.inline_id}
        else:
            where = {"message": message.inaccessible() if message.deleted else message.json()}
        told = {"id": press.id, "from": self.user.json(), **where}
        body = {**told, "chat_instance": self.chat.instance, "data": data}
        self.bot.updates.push("callback_query", body, self.user.id)
        return press

    def block(self, *, blocked: bool) -> None:
        """Block or unblock the bot; it is told as a change of its membership."""
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        old, new = Membership("kicked" if not blocked else "member"), Membership("kicked" if blocked else "member")
        self.world.changes.add(kind="block", bot_id=self.bot.id, chat_id=self.chat.id, blocked=blocked)
        body = {
            "chat": self.chat.json(),
            "from": self.user.json(),
            "date": self.world.now(),
            "old_chat_member": old.json(self.bot.user.json(), supergroup=False),
            "new_chat_member": new.json(self.bot.user.json(), supergroup=False),
        }
        self.bot.updates.push("my_chat_member", body, self.chat.id)

    def delete_chat(self) -> None:
        """The chat is gone for the bot until the person writes again."""
        self.chat.gone = True
        self.chat.started = False
        self.chat.messages.clear()
        self.chat.pinned.clear()
        self.chat.reply_keyboard = None
        self.world.changes.add(kind="chat_deleted", bot_id=self.bot.id, chat_id=self.chat.id)

    def send(
        self,
        content: Content,
        *,
        via_inline: bool = False,
        keyboard: InlineKeyboard | None = None,
        album_id: str = "",
    ) -> Message:
        """Put it into the chat; `via_inline` for what the bot offered and this person chose."""
        if self.chat.blocked:
            self.block(blocked=False)
        self.chat.gone = False
        self.chat.started = True
        quoted = self.chat.visible(self.reply_to)
        message = self.world.add_message(
            self.bot,
            self.chat,
            self.user,
            content,
            markup=keyboard,
            reply_to=quoted,
            topic_id=self._thread(quoted),
            album_id=album_id,
            via_bot=self.bot.user if via_inline else None,
            inline_id=self.world.number() if keyboard is not None else "",
        )
        self._tell("message", message)
        return message

    def _thread(self, quoted: Message | None) -> int:
        """Where the message goes: the topic named, else that of the message answered."""
        if not self.chat.forum:
            return 0
        thread_id = self.topic or (quoted.topic_id if quoted else 0) or GENERAL_TOPIC
        topic = self.chat.topics.get(thread_id)
        if topic is None:
            raise Impossible(f"There is no topic {thread_id}.")
        if topic.closed and topic.creator_id != self.user.id and not self.manages_topics:
            raise Impossible(f"The topic {topic.name} is closed.")
        return 0 if thread_id == GENERAL_TOPIC else thread_id

    @property
    def manages_topics(self) -> bool:
        return self.chat.membership(self.user).may("can_manage_topics")

    def _tell(self, kind: str, message: Message) -> None:
        if self.chat.private or self._heard_in_group(message):
            self.world.tell(self.bot, message, kind)

    def _heard_in_group(self, message: Message) -> bool:
        """An administrator hears everything, a member in privacy mode what is meant for it."""
        text = str(message.content.fields.get("text", ""))
        answers_bot = message.reply_to is not None and message.reply_to.sender.id == self.bot.id
        meant = text.startswith("/") or f"@{self.bot.user.username}" in text or answers_bot
        return meant or message.via_bot is not None or not self.bot.privacy or self.chat.bot_membership.governs


def text_fields(name: str, formatted: FormattedText) -> dict[str, Any]:
    """`text` and `entities`, or `caption` and `caption_entities`."""
    if not formatted.text:
        return {}
    entities_name = "entities" if name == "text" else "caption_entities"
    entities = {entities_name: list(formatted.entities)} if formatted.entities else {}
    return {name: formatted.text, **entities}


def _reactions(emojis: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]
