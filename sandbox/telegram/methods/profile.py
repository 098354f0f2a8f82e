"""How a bot presents itself: names and descriptions per language, the menu button per person."""

import re
from collections.abc import Callable
from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.links import LinkError, check_link
from sandbox.telegram.profile import COMMANDS_BUTTON, DEFAULT_BUTTON, Part

_LIMITS: Final[dict[Part, tuple[int, str]]] = {
    "name": (64, "NAME_TOO_LONG"),
    "description": (512, "DESCRIPTION_TOO_LONG"),
    "short_description": (120, "ABOUT_TOO_LONG"),
}


def language(call: Call) -> str:
    """`language_code`, two small letters or nothing."""
    code = call.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise BadRequestError("Invalid language code specified")
    return code


def _setter(part: Part) -> Callable[[Call], bool]:
    def set_part(call: Call) -> bool:
        code, text = language(call), call.text(part).strip()
        longest, refusal = _LIMITS[part]
        if len(text) > longest:
            raise BadRequestError(refusal)
        call.bot.profile.set(part, code, text)
        return True

    return set_part


def _getter(part: Part) -> Callable[[Call], dict[str, str]]:
    return lambda call: {part: call.bot.profile.get(part, language(call))}


def set_chat_menu_button(call: Call) -> bool:
    button = _menu_button(call)
    user_id = call.user("chat_id").id if "chat_id" in call.args else 0
    call.bot.profile.set_menu_button(_checked(button), user_id)
    return True


def get_chat_menu_button(call: Call) -> dict[str, Any]:
    return call.bot.profile.menu_button(call.user("chat_id").id if "chat_id" in call.args else 0)


def _menu_button(call: Call) -> dict[str, Any]:
    value = call.json("menu_button", "menu button")
    if value is None:
        return DEFAULT_BUTTON
    try:
        return _read(value)
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse menu button: {error.text}") from error


def _read(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRequestError("MenuButton must be an Object")
    fields = Fields(value)
    kind = fields.string("type")
    if kind in ("default", "commands"):
        return DEFAULT_BUTTON if kind == "default" else COMMANDS_BUTTON
    if kind != "web_app":
        raise BadRequestError("MenuButton has unsupported type")
    return {"type": kind, "text": fields.string("text"), "web_app": {"url": fields.object("web_app").string("url")}}


def _checked(button: dict[str, Any]) -> dict[str, Any]:
    if button["type"] != "web_app":
        return button
    if not button["text"]:
        raise BadRequestError("Menu button text must be non-empty")
    try:
        return {**button, "web_app": {"url": check_link(button["web_app"]["url"], https_only=True)}}
    except LinkError as error:
        raise BadRequestError(f"Menu button Web App {error}") from error


METHODS: Final[dict[str, Callable[[Call], Any]]] = {
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
