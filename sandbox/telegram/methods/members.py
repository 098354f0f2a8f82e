"""Who is in a chat: getChatMember, getChatAdministrators, getChatMemberCount, leaveChat, getUserProfilePhotos."""

from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.members import Members
from sandbox.telegram.model import Chat, User


def get_chat_member(call: Call) -> dict[str, Any]:
    user_id = call.user_id()
    chat = call.chat("read" if user_id == call.bot.id else "members")
    user = call.bot.user if user_id == call.bot.id else call.world.users.get(user_id)
    if user is None or (chat.private and user_id not in (chat.id, call.bot.id)):
        raise BadRequestError("Member not found")
    return _json(chat, user)


def get_chat_administrators(call: Call) -> list[dict[str, Any]]:
    chat = call.chat("members")
    if chat.private:
        raise BadRequestError("there are no administrators in the private chat")
    everybody = [*chat.members.values(), call.bot.user]
    return [_json(chat, user) for user in everybody if chat.membership(user).governs]


def get_chat_member_count(call: Call) -> int:
    chat = call.chat("members")
    return len(chat.members) + chat.bot_membership.present


def leave_chat(call: Call) -> bool:
    chat = call.chat("read")
    if chat.private:
        raise BadRequestError("Can't leave private chats")
    Members(call.world, call.bot, chat, call.bot.user).leave()
    return True


def get_user_profile_photos(call: Call) -> dict[str, Any]:
    """Nobody here has a picture."""
    call.user()
    return {"total_count": 0, "photos": []}


def _json(chat: Chat, user: User) -> dict[str, Any]:
    return chat.membership(user).json(user.json(), supergroup=chat.kind == "supergroup")


METHODS: Final = {
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "getChatMembersCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getUserProfilePhotos": get_user_profile_photos,
}
