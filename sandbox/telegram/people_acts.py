"""What people do in their chats; each deed changes the world and reaches the bot as an update."""

from dataclasses import dataclass
from typing import Any

from sandbox.telegram.entities import FormattedText, plain
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import Upload, image_size
from sandbox.telegram.keyboards import Button
from sandbox.telegram.model import Chat, Content, Message, Press, User
from sandbox.telegram.updates import LIFETIMES
from sandbox.telegram.world import Bot, World

MAX_TEXT = 4096


class Impossible(Exception):
    """What a person tried cannot be done in a real client either; the sentence says why."""


@dataclass
class Actor:
    """A person in a chat with a bot."""

    world: World
    bot: Bot
    chat: Chat
    user: User

    def write(self, text: str, reply_to: int = 0) -> Message:
        try:
            formatted = plain(text)
        except BadRequestError as error:
            raise Impossible("There is nothing to send in an empty message.") from error
        if len(formatted.text) > MAX_TEXT:
            raise Impossible(f"A message has at most {MAX_TEXT} characters.")
        return self._send(Content("text", text_fields("text", formatted)), reply_to)

    def start(self, payload: str = "") -> Message:
        """Press Start, or open a link t.me/bot?start=payload."""
        return self.write(f"/start {payload}".strip())

    def share_location(self, fields: dict[str, Any]) -> Message:
        return self._send(Content("location", {"location": fields}))

    def share_contact(self, fields: dict[str, Any]) -> Message:
        own = {"phone_number": self.user.phone_number, "first_name": self.user.first_name, "user_id": self.user.id}
        return self._send(Content("contact", {"contact": fields or own}))

    def send_file(self, kind: str, upload: Upload, caption: str = "", duration: int = 0) -> Message:
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
        return self._send(Content(kind, {kind: body, **fields}))

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
        body = {
            "id": press.id,
            "from": self.user.json(),
            "message": message.inaccessible() if message.deleted else message.json(),
            "chat_instance": self.chat.instance,
            "data": data,
        }
        self.bot.updates.push("callback_query", body, self.user.id)
        return press

    def block(self, *, blocked: bool) -> None:
        """Block or unblock the bot; it is told as a change of its membership."""
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self.world.changes.add(kind="block", bot_id=self.bot.id, chat_id=self.chat.id, blocked=blocked)
        body = {
            "chat": self.chat.json(),
            "from": self.user.json(),
            "date": self.world.now(),
            "old_chat_member": self._membership(old),
            "new_chat_member": self._membership(new),
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

    def _membership(self, status: str) -> dict[str, Any]:
        member = {"user": self.bot.user.json(), "status": status}
        return {**member, "until_date": 0} if status == "kicked" else member

    def _send(self, content: Content, reply_to: int = 0) -> Message:
        if self.chat.blocked:
            self.block(blocked=False)
        self.chat.gone = False
        self.chat.started = True
        quoted = self.chat.visible(reply_to)
        message = self.world.add_message(self.bot, self.chat, self.user, content, reply_to=quoted)
        self._tell("message", message)
        return message

    def _tell(self, kind: str, message: Message) -> None:
        if self.chat.private or self._heard_in_group(message):
            self.bot.updates.push(kind, message.json(), self.chat.id)

    def _heard_in_group(self, message: Message) -> bool:
        """An administrator hears everything, a member in privacy mode what is meant for it."""
        text = str(message.content.fields.get("text", ""))
        answers_bot = message.reply_to is not None and message.reply_to.sender.id == self.bot.id
        meant = text.startswith("/") or f"@{self.bot.user.username}" in text or answers_bot
        return self.chat.bot_status == "administrator" or (self.chat.bot_status == "member" and meant)


def text_fields(name: str, formatted: FormattedText) -> dict[str, Any]:
    """`text` and `entities`, or `caption` and `caption_entities`."""
    if not formatted.text:
        return {}
    entities_name = "entities" if name == "text" else "caption_entities"
    entities = {entities_name: list(formatted.entities)} if formatted.entities else {}
    return {name: formatted.text, **entities}
