"""What the client API's deeds need of their bodies, and what they answer; one entry per address."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from sandbox.telegram import people_in_groups as groups
from sandbox.telegram.files import Upload
from sandbox.telegram.people_acts import Actor, Impossible
from sandbox.telegram.people_inline import choose, query_view, type_query
from sandbox.telegram.views import find_button, message_view, topic_view

Deed = Callable[[Actor, dict[str, Any]], Any]


ABOUT_ACTING: Final = ("from", "topic", "reply_to")


def _shown(act: Callable[[Actor, dict[str, Any]], Any]) -> Deed:
    """A deed that results in a message, which is shown to the one who did it."""
    return lambda actor, body: message_view(act(actor, body), actor.user)


def _tap(actor: Actor, body: dict[str, Any]) -> Any:
    keyboard = actor.chat.reply_keyboard
    buttons = [button for row in keyboard.rows for button in row] if keyboard else []
    button = next((button for button in buttons if button["text"] == body.get("text")), None)
    if button is None:
        raise Impossible(f"The keyboard has no button {body.get('text')!r}.")
    if keyboard is not None and keyboard.one_time:
        actor.chat.reply_keyboard = None
    if "request_location" in button:
        return actor.share_location(_location(body))
    if "request_contact" in button:
        return actor.share_contact({})
    return actor.write(button["text"])


def _location(body: dict[str, Any]) -> dict[str, Any]:
    names = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading")
    if not all(isinstance(body.get(name), int | float) for name in names[:2]):
        raise Impossible("A location needs a latitude and a longitude.")
    return {name: body[name] for name in names if name in body}


def _contact(actor: Actor, body: dict[str, Any]) -> Any:
    return actor.share_contact({name: value for name, value in body.items() if name not in ABOUT_ACTING})


def _file_deed(kind: str) -> Deed:
    def send(actor: Actor, body: dict[str, Any]) -> Any:
        upload = body.get("file")
        if not isinstance(upload, Upload):
            try:
                data = base64.b64decode(body.get("data", ""), validate=True)
            except (binascii.Error, TypeError) as error:
                raise Impossible("A file's data is base64.") from error
            upload = Upload(str(body.get("name", kind)), str(body.get("mime_type", "")), data)
        if not upload.data:
            raise Impossible("An empty file cannot be sent.")
        caption, album = str(body.get("caption", "")), str(body.get("album", ""))
        return actor.send_file(kind, upload, caption, int(body.get("duration", 0)), album)

    return _shown(send)


def _press(actor: Actor, body: dict[str, Any]) -> Any:
    message = actor.chat.messages.get(int(body.get("message_id", 0)))
    button = find_button(message, body) if message is not None else None
    if message is None or button is None:
        raise Impossible("This message has no such button.")
    if "callback_data" in button:
        press = actor.press(message.id, button)
        return {"action": "callback_data", "value": press.data, "callback_id": press.id}
    action = next(name for name in button if name not in ("text", "style", "icon_custom_emoji_id"))
    return {"action": action, "value": button[action]}


def _about_topic(act: Callable[[Actor, dict[str, Any]], Any]) -> Deed:
    """A deed that results in a topic, which is shown as it is then."""
    return lambda actor, body: topic_view(actor.chat, act(actor, body), actor.user)


def _inline(actor: Actor, body: dict[str, Any]) -> Any:
    location = _location(body) if "latitude" in body else None
    query = type_query(actor, str(body.get("query", "")), str(body.get("offset", "")), location)
    return query_view(query, actor.world.clock.time())


def _membership(actor: Actor, body: dict[str, Any]) -> Any:
    chat = actor.chat
    user_id = int(body.get("user", actor.bot.id))
    user = actor.bot.user if user_id == actor.bot.id else actor.world.users.get(user_id)
    if chat.private or user is None:
        raise Impossible(f"There is no group with a person {user_id} to speak of.")
    chat.migrated_to = int(body.get("migrated_to", chat.migrated_to))
    now = groups.change_membership(actor, user, body)
    told = {"status": now.status, "rights": sorted(now.rights), "title": now.title}
    return {"user": user.id, **told, "migrated_to": chat.migrated_to}


def _done(act: Callable[[Actor], None]) -> Deed:
    def deed(actor: Actor, _body: dict[str, Any]) -> Any:
        act(actor)
        return {"done": True}

    return deed


DEEDS: Final[dict[str, Deed]] = {
    "start": _shown(lambda actor, body: actor.start(str(body.get("payload", "")))),
    "text": _shown(lambda actor, body: actor.write(str(body.get("text", "")))),
    "tap": _shown(_tap),
    "location": _shown(lambda actor, body: actor.share_location(_location(body))),
    "contact": _shown(_contact),
    "photo": _file_deed("photo"),
    "document": _file_deed("document"),
    "voice": _file_deed("voice"),
    "edit": _shown(lambda actor, body: actor.edit(int(body.get("message_id", 0)), str(body.get("text", "")))),
    "press": _press,
    "react": _shown(lambda actor, body: actor.react(int(body.get("message_id", 0)), str(body.get("emoji", "")))),
    "web_app": _shown(
        lambda actor, body: actor.send_web_app_data(str(body.get("text", "")), str(body.get("data", "")))
    ),
    "inline": _inline,
    "choose": _shown(lambda actor, body: choose(actor, str(body.get("query_id", "")), str(body.get("result_id", "")))),
    "membership": _membership,
    "migrate": lambda actor, _body: groups.upgrade(actor).json(),
    "topics": _about_topic(
        lambda actor, body: groups.create_topic(actor, str(body.get("name", "")), int(body.get("icon_color", 0)))
    ),
    "topics/rename": _about_topic(
        lambda actor, body: groups.rename_topic(actor, actor.topic, str(body.get("name", "")))
    ),
    "topics/close": _about_topic(lambda actor, _body: groups.close_topic(actor, actor.topic, closed=True)),
    "topics/reopen": _about_topic(lambda actor, _body: groups.close_topic(actor, actor.topic, closed=False)),
    "topics/delete": _about_topic(lambda actor, _body: groups.delete_topic(actor, actor.topic)),
    "block": _done(lambda actor: actor.block(blocked=True)),
    "unblock": _done(lambda actor: actor.block(blocked=False)),
    "delete": _done(lambda actor: actor.delete_chat()),
}
