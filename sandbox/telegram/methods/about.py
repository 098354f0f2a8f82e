"""Looking things up: getMe, getChat, getFile."""

import re
from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import MAX_DOWNLOAD_BYTES


def get_me(call: Call) -> dict[str, Any]:
    return {
        **call.bot.user.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "supports_guest_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def get_chat(call: Call) -> dict[str, Any]:
    chat = call.chat()
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    body = {
        **chat.json(),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, chat.private),
    }
    pinned = chat.newest_pinned()
    return body if pinned is None else {**body, "pinned_message": pinned.json(with_reply=False)}


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
