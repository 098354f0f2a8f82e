"""Coming, going and changing rank in a group, and the upgrade of a group to a supergroup."""

from dataclasses import replace
from typing import Any

from sandbox.telegram.membership import Membership
from sandbox.telegram.model import Chat, Content, User
from sandbox.telegram.world import Bot, World


class Members:
    """The members of one group, changed by `actor`."""

    def __init__(self, world: World, bot: Bot, chat: Chat, actor: User) -> None:
        self._world, self._bot, self._chat, self._actor = world, bot, chat, actor

    def leave(self) -> None:
        self.change(self._actor, Membership("left"))

    def change(self, user: User, new: Membership) -> None:
        """Give a person or the bot another standing; the chat and, where it may know, the bot are told."""
        chat = self._chat
        old = chat.membership(user)
        if old == new:
            return
        came, went = new.present and not old.present, old.present and not new.present
        if went:
            self._say("left_chat_member", {"left_chat_member": user.json(), "left_chat_participant": user.json()})
        if user.is_bot:
            chat.bot_membership = new
        else:
            chat.memberships[user.id] = new
            if new.present:
                chat.members[user.id] = user
            else:
                chat.members.pop(user.id, None)
        if came:
            joined = {"new_chat_participant": user.json(), "new_chat_member": user.json()}
            self._say("new_chat_members", {**joined, "new_chat_members": [user.json()]})
        self._tell(user, old, new)

    def upgrade(self) -> Chat:
        """The supergroup that takes the place of this group, with the same members; both chats say so."""
        old = self._chat
        new = self._world.add_group(self._bot, "supergroup", old.title, old.members.values())
        new.memberships = dict(old.memberships)
        new.bot_membership = replace(old.bot_membership)
        self._say("migrate_to_chat_id", {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self._say("migrate_from_chat_id", {"migrate_from_chat_id": old.id}, new)
        return new

    def _say(self, kind: str, fields: dict[str, Any], chat: Chat | None = None) -> None:
        content = Content(kind, fields)
        message = self._world.add_message(self._bot, chat or self._chat, self._actor, content, silent=True)
        self._world.tell(self._bot, message)

    def _tell(self, user: User, old: Membership, new: Membership) -> None:
        """Of its own standing a bot always hears, of that of others as an administrator."""
        chat = self._chat
        supergroup = chat.kind == "supergroup"
        body = {
            "chat": chat.json(),
            "from": self._actor.json(),
            "date": self._world.now(),
            "old_chat_member": old.json(user.json(), supergroup=supergroup),
            "new_chat_member": new.json(user.json(), supergroup=supergroup),
        }
        if user.is_bot:
            self._bot.updates.push("my_chat_member", body, chat.id)
        elif chat.bot_membership.governs:
            self._bot.updates.push("chat_member", body, user.id)
