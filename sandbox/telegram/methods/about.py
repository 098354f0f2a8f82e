"""Looking things up: getMe, getChat, getFile."""

import re
from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import MAX_DOWNLOAD_BYTES
from sandbox.telegram.membership import EVERYONE, permissions_json
from sandbox.telegram.model import Chat, gift_types

MAX_REACTIONS: Final = 11


def get_me(call: Call) -> dict[str, Any]:
    return {
        **call.bot.user.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not call.bot.privacy,
        "supports_inline_queries": call.bot.inline.enabled,
        "supports_guest_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def get_chat(call: Call) -> dict[str, Any]:
    chat = call.chat("read")
    body = {**chat.json(), **_about_group(chat), "accepted_gift_types": gift_types(accepted=chat.private)}
    if chat.private and chat.person.username:
        body["active_usernames"] = [chat.person.username]
    pinned = chat.newest_pinned()
    if pinned is not None:
        body["pinned_message"] = pinned.json(with_reply=False)
    return {**body, "max_reaction_count": MAX_REACTIONS, "accent_color_id": chat.id % 7}


def _about_group(chat: Chat) -> dict[str, Any]:
    if chat.private:
        return {}
    seen = {"has_visible_history": True} if chat.kind == "supergroup" else {}
    return {"permissions": permissions_json(EVERYONE), **seen}


def get_file(call: Call) -> dict[str, Any]:
    file_id = call.text("file_id")
    if not file_id:
        raise BadRequestError("file_id not specified")
    stored = call.bot.files.find(file_id)
    if not re.fullmatch(r"[A-Za-z0-9_-]{24,}", file_id):
        raise BadRequestError("invalid file_id")
    if stored is None:
        raise BadRequestError("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > MAX_DOWNLOAD_BYTES:
        raise BadRequestError("file is too big")
    return {**stored.json(), "file_path": stored.path}


METHODS: Final = {"getMe": get_me, "getChat": get_chat, "getFile": get_file}
