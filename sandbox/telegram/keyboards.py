"""Reply markup: read as strictly as the server does, kept in the form in which it is given back.

Shape errors come while reading; `check` holds the rules that need to know the chat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.links import LinkError, check_link, user_link_id

MAX_CALLBACK_BYTES: Final = 64
MAX_COPY_TEXT: Final = 256
MAX_INLINE_BUTTONS: Final = 100
MAX_MARKUP_BYTES: Final = 10240
_STYLES = ("primary", "danger", "success")

Button = dict[str, Any]
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class InlineKeyboard:
    rows: Rows

    def json(self) -> dict[str, Any]:
        return {"inline_keyboard": [list(row) for row in self.rows]}


@dataclass(frozen=True)
class ReplyKeyboard:
    """Shown under the person's input field until replaced or removed."""

    rows: Rows
    resize: bool = False
    one_time: bool = False
    persistent: bool = False
    placeholder: str = ""


@dataclass(frozen=True)
class RemoveKeyboard:
    pass


@dataclass(frozen=True)
class ForceReply:
    placeholder: str = ""


ReplyMarkup = InlineKeyboard | ReplyKeyboard | RemoveKeyboard | ForceReply


def parse_reply_markup(source: str) -> ReplyMarkup | None:
    """The `reply_markup` parameter; None when it is absent or says nothing."""
    if not source:
        return None
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise BadRequestError("Can't parse reply keyboard markup JSON object") from error
    if not isinstance(value, dict):
        raise BadRequestError("Object expected as reply markup")
    return read_markup(Fields(value))


def read_markup(fields: Fields) -> ReplyMarkup | None:
    """Any kind of markup; None when it says nothing."""
    keyboard = _rows(fields, "keyboard", _keyboard_button, 'Field "keyboard" must be an Array of Arrays', "keyboard")
    inline = _rows(
        fields,
        "inline_keyboard",
        _inline_button,
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        "inline keyboard",
    )
    removed = fields.flag("hide_keyboard") or fields.flag("remove_keyboard")
    force_reply = fields.flag("force_reply") or fields.flag("force_reply_keyboard")
    fields.flag("selective")
    placeholder = fields.optional_string("input_field_placeholder")
    if keyboard is not None:
        return ReplyKeyboard(
            keyboard,
            resize=fields.flag("resize_keyboard"),
            one_time=fields.flag("one_time_keyboard"),
            persistent=fields.flag("is_persistent"),
            placeholder=placeholder,
        )
    if inline is not None:
        return InlineKeyboard(inline) if inline else None
    if removed:
        return RemoveKeyboard()
    return ForceReply(placeholder) if force_reply else None


def _rows(fields: Fields, name: str, read: Callable[[Any], Button], no_rows: str, noun: str) -> Rows | None:
    """None for no keyboard at all; rows without buttons vanish."""
    rows = fields.array(name)
    read_rows = []
    for row in rows:
        if not isinstance(row, list):
            raise BadRequestError(no_rows)
        try:
            read_rows.append(tuple(read(button) for button in row))
        except BadRequestError as error:
            raise BadRequestError(f"Can't parse {noun} button: {error.text}") from error
    return tuple(row for row in read_rows if row) if rows else None


def _decorated(fields: Fields) -> Button:
    button: Button = {"text": fields.string("text")}
    if icon := fields.optional_string("icon_custom_emoji_id"):
        button["icon_custom_emoji_id"] = icon
    style = fields.optional_string("style").lower()
    if style in _STYLES:
        button["style"] = style
    elif style not in ("", "default"):
        raise BadRequestError("invalid button style specified")
    return button


def _keyboard_button(value: Any) -> Button:
    if isinstance(value, str):
        return {"text": value}
    if not isinstance(value, dict):
        raise BadRequestError("KeyboardButton must be a String or an Object")
    fields = Fields(value)
    button = _decorated(fields)
    if fields.flag("request_phone_number") or fields.flag("request_contact"):
        return {**button, "request_contact": True}
    if fields.flag("request_location"):
        return {**button, "request_location": True}
    if "web_app" in fields:
        return {**button, "web_app": {"url": fields.object("web_app").string("url")}}
    for name in ("request_poll", "request_users", "request_chat"):
        if name in fields:
            fields.object(name)
            return {**button, name: fields.raw(name)}
    return button


def _inline_button(value: Any) -> Button:
    if not isinstance(value, dict):
        raise BadRequestError("InlineKeyboardButton must be an Object")
    fields = Fields(value)
    return {**_decorated(fields), **_inline_action(fields)}


def _inline_action(fields: Fields) -> Button:
    """Of several actions on one button the first in the server's order wins."""
    if url := fields.optional_string("url"):
        return {"url": url}
    if data := fields.optional_string("callback_data"):
        return {"callback_data": data}
    if "callback_game" in fields:
        return {"callback_game": {}}
    if "pay" in fields:
        return {"pay": True}
    for name in ("switch_inline_query", "switch_inline_query_chosen_chat", "switch_inline_query_current_chat"):
        if name in fields:
            chosen = name.endswith("chosen_chat")
            return {name: _chosen_chat(fields.object(name)) if chosen else fields.string(name)}
    for name, inner in (("login_url", "url"), ("web_app", "url"), ("copy_text", "text")):
        if name in fields:
            return {name: {inner: fields.object(name).string(inner)}}
    raise BadRequestError("Text buttons are unallowed in the inline keyboard")


def _chosen_chat(fields: Fields) -> dict[str, Any]:
    kinds = ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats")
    return {"query": fields.optional_string("query"), **{kind: fields.flag(kind) for kind in kinds}}


def check(markup: ReplyMarkup | None, *, private: bool) -> ReplyMarkup | None:
    """The markup as it is stored, links in their final form; raises BadRequestError where it may not be sent."""
    if isinstance(markup, ReplyKeyboard):
        for row in markup.rows:
            for button in row:
                _check_keyboard_button(button, private=private)
    if isinstance(markup, InlineKeyboard):
        rows = tuple(tuple(_checked_inline_button(button, private=private) for button in row) for row in markup.rows)
        markup = InlineKeyboard(rows)
        size = len(orjson.dumps(markup.json()))
        if sum(map(len, rows)) > MAX_INLINE_BUTTONS or size > MAX_MARKUP_BYTES:
            raise BadRequestError("reply markup is too long")
    return markup


def _check_keyboard_button(button: Button, *, private: bool) -> None:
    if not button["text"]:
        raise BadRequestError("Keyboard button text must be non-empty")
    requests = {
        "request_contact": "Phone number can be requested in private chats only",
        "request_location": "Location can be requested in private chats only",
        "request_poll": "Poll can be requested in private chats only",
        "request_users": "Users can be requested in private chats only",
        "request_chat": "Chats can be requested in private chats only",
        "web_app": "Web App buttons can be used in private chats only",
    }
    for name, refusal in requests.items():
        if name in button and not private:
            raise BadRequestError(refusal)
    if "web_app" in button:
        _link(button["web_app"]["url"], "Keyboard button Web App", https_only=True)


def _checked_inline_button(button: Button, *, private: bool) -> Button:
    if not button["text"]:
        raise BadRequestError("Inline keyboard button text must be non-empty")
    if "url" in button:
        return {**button, "url": _button_url(button["url"])}
    if len(str(button.get("callback_data", "")).encode()) > MAX_CALLBACK_BYTES:
        raise BadRequestError("BUTTON_DATA_INVALID")
    if "callback_game" in button or "pay" in button:
        raise BadRequestError("BUTTON_TYPE_INVALID")
    if "login_url" in button:
        return {**button, "login_url": {"url": _link(button["login_url"]["url"], "Inline keyboard button login")}}
    if "web_app" in button:
        url = _link(button["web_app"]["url"], "Inline keyboard button Web App", https_only=True)
        if not private:
            raise BadRequestError("BUTTON_TYPE_INVALID")
        return {**button, "web_app": {"url": url}}
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= MAX_COPY_TEXT:
        raise BadRequestError("BUTTON_COPY_TEXT_INVALID")
    return button


def _button_url(url: str) -> str:
    if user_link_id(url) is not None:
        return url
    link = _link(url, "Inline keyboard button")
    host = link.partition("://")[2].partition("/")[0].partition(":")[0]
    last = host.rpartition(".")[2]
    if "." in host and not (last.isdecimal() or (last.isalpha() and len(last) > 1) or last.startswith("xn--")):
        raise BadRequestError("BUTTON_URL_INVALID")
    return link


def _link(url: str, noun: str, *, https_only: bool = False) -> str:
    try:
        return check_link(url, https_only=https_only)
    except LinkError as error:
        raise BadRequestError(f"{noun} {error}") from error
