"""What a person sees of a chat, as plain JSON for a terminal, a test or a page."""

from typing import Any

from sandbox.telegram.entities import FormattedText, to_html
from sandbox.telegram.keyboards import Button, InlineKeyboard, ReplyKeyboard
from sandbox.telegram.methods.commands import menu
from sandbox.telegram.model import GENERAL_TOPIC, Chat, Message, Topic, User
from sandbox.telegram.profile import PARTS
from sandbox.telegram.world import Bot, World

_ACTIONS = (
    "callback_data",
    "url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "web_app",
    "copy_text",
)
_DATA_FIELDS = ("photo", "document", "voice", "audio", "video", "location", "venue", "contact")


def message_view(message: Message, viewer: User) -> dict[str, Any]:
    """The fields are listed in client_api.py."""
    fields = message.content.fields
    text = fields.get("text", fields.get("caption", ""))
    entities = fields.get("entities", fields.get("caption_entities", []))
    from_bot = message.sender.is_bot
    view: dict[str, Any] = {
        "id": message.id,
        "seq": message.seq,
        "chat_id": message.chat.id,
        "date": message.date,
        "kind": message.content.kind,
        "from": _person(message.sender),
        "own": message.sender.id == viewer.id,
        "text": text,
        "entities": entities,
        "html": to_html(FormattedText(text, tuple(entities))),
        "buttons": _buttons(message.keyboard),
        "edited": bool(message.edit_date),
        "edit_date": message.edit_date or None,
        "pinned": message.id in message.chat.pinned,
        "silent": message.silent,
        "buzz": from_bot and not message.silent,
        "protected": message.protected,
        "reply_to": message.reply_to.id if message.reply_to is not None else None,
        "topic": (message.topic_id or GENERAL_TOPIC) if message.chat.forum else None,
        "forward_from": _person(message.origin.sender) if message.origin else None,
        "via_bot": message.via_bot.username if message.via_bot else None,
        "album": message.album_id or None,
        "reactions": _reactions(message, viewer),
    }
    view |= {name: fields[name] for name in _DATA_FIELDS if name in fields}
    if message.content.kind == "photo":
        view["photo"] = fields["photo"][-1]
    if message.content.kind == "pinned_message":
        view["pinned_message_id"] = fields["pinned_message"]["message_id"]
    elif message.content.service:
        view["service"] = fields[message.content.kind]
    return view


def _person(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.first_name, "is_bot": user.is_bot}


def _reactions(message: Message, viewer: User) -> list[dict[str, Any]]:
    """Each emoji with how many put it there, and whether the viewer did."""
    given = [emoji for emojis in message.reactions.values() for emoji in emojis]
    own = message.reactions.get(viewer.id, ())
    return [{"emoji": emoji, "count": given.count(emoji), "own": emoji in own} for emoji in dict.fromkeys(given)]


def topic_view(chat: Chat, topic: Topic, viewer: User) -> dict[str, Any]:
    """The fields are listed in client_api.py."""
    inside = [message for message in chat.messages.values() if (message.topic_id or GENERAL_TOPIC) == topic.id]
    said = [message.id for message in inside if not (message.deleted or message.content.service)]
    manages = topic.creator_id == viewer.id or chat.membership(viewer).may("can_manage_topics")
    return {
        "id": topic.id,
        "name": topic.name,
        "icon_color": topic.icon_color,
        "icon_emoji": topic.icon_emoji,
        "closed": topic.closed,
        "hidden": topic.hidden,
        "messages": len(said),
        "last_message_id": max(said, default=None),
        "seq": max((message.seq for message in inside), default=0),
        "can_write": not topic.closed or manages,
        "can_manage": manages,
    }


def member_view(chat: Chat, user: User) -> dict[str, Any]:
    membership = chat.membership(user)
    told = {"status": membership.status, "rights": sorted(membership.rights), "title": membership.title}
    return {**_person(user), "username": user.username, **told}


def _group_view(bot: Bot, chat: Chat, viewer: User) -> dict[str, Any]:
    return {
        "members": [member_view(chat, user) for user in [*chat.members.values(), bot.user]],
        "migrated_to": chat.migrated_to or None,
        "topics": [topic_view(chat, topic, viewer) for topic in chat.topics.values()] if chat.forum else None,
    }


def _about_bot(bot: Bot, viewer: User) -> dict[str, Any]:
    """The bot as a person of this language sees it."""
    shown: dict[str, str] = {part: bot.profile.shown(part, viewer.language_code) for part in PARTS}
    return {**bot.user.json(), **shown, "menu_button": bot.profile.shown_menu_button(viewer.id)}


def chat_view(
    world: World, bot: Bot, chat: Chat, viewer: User, since: int = 0, topic: int | None = None
) -> dict[str, Any]:
    changed = [
        message
        for message in chat.messages.values()
        if message.seq > since and topic in (None, message.topic_id or GENERAL_TOPIC)
    ]
    typing = chat.action if chat.action_until > world.clock.time() else None
    return {
        **chat.json(),
        **({} if chat.private else _group_view(bot, chat, viewer)),
        "bot": _about_bot(bot, viewer),
        "me": viewer.json(),
        "started": chat.started,
        "blocked": chat.blocked,
        "keyboard": keyboard_view(chat.reply_keyboard),
        "commands": menu(bot, chat, viewer),
        "pinned": list(chat.pinned),
        "action": typing,
        "seq": world.changes.seq,
        "messages": [message_view(message, viewer) for message in changed if not message.deleted],
        "deleted": [message.id for message in changed if message.deleted],
    }


def keyboard_view(keyboard: ReplyKeyboard | None) -> dict[str, Any] | None:
    if keyboard is None:
        return None
    return {
        "rows": [[dict(button) for button in row] for row in keyboard.rows],
        "one_time": keyboard.one_time,
        "placeholder": keyboard.placeholder,
    }


def _buttons(keyboard: InlineKeyboard | None) -> list[list[dict[str, Any]]]:
    return [[_button(button) for button in row] for row in keyboard.rows] if keyboard else []


def _button(button: Button) -> dict[str, Any]:
    """`action` is the Bot API's name of what the button does, `value` its argument."""
    action = next((name for name in _ACTIONS if name in button), "")
    style = {"style": button["style"]} if "style" in button else {}
    return {"text": button["text"], "action": action, "value": button.get(action), **style}


def find_button(message: Message, wanted: dict[str, Any]) -> Button | None:
    """The button with this `text` or `data`, or at this `row` and `column`."""
    rows = message.keyboard.rows if message.keyboard else ()
    if "row" in wanted:
        row, column = int(wanted["row"]), int(wanted.get("column", 0))
        return rows[row][column] if 0 <= row < len(rows) and 0 <= column < len(rows[row]) else None
    for row_of_buttons in rows:
        for button in row_of_buttons:
            if button["text"] == wanted.get("text") or button.get("callback_data", "") == wanted.get("data"):
                return button
    return None
