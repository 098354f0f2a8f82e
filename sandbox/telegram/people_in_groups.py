"""What people do to a group by hand: its topics, its members, its upgrade."""

from collections.abc import Mapping
from typing import Any, cast

from sandbox.telegram.members import Members
from sandbox.telegram.membership import PERMISSIONS, RIGHTS, STATUSES, Membership, Status
from sandbox.telegram.model import GENERAL_TOPIC, Chat, Topic, User
from sandbox.telegram.people_acts import Actor, Impossible
from sandbox.telegram.topics import Topics, clean_name

_KNOWN_RIGHTS = frozenset((*RIGHTS, *PERMISSIONS))


def create_topic(actor: Actor, name: str, icon_color: int = 0) -> Topic:
    _check_forum(actor.chat)
    if not actor.manages_topics:
        raise Impossible(f"{actor.user.first_name} may not create topics.")
    return _topics(actor).create(_name(name), icon_color)


def rename_topic(actor: Actor, topic_id: int, name: str) -> Topic:
    topic = _managed(actor, topic_id)
    _topics(actor).edit(topic, _name(name))
    return topic


def close_topic(actor: Actor, topic_id: int, *, closed: bool) -> Topic:
    topic = _managed(actor, topic_id)
    _topics(actor).close(topic, closed=closed)
    return topic


def delete_topic(actor: Actor, topic_id: int) -> Topic:
    topic = _managed(actor, topic_id)
    if topic.id == GENERAL_TOPIC:
        raise Impossible("General cannot be deleted.")
    _topics(actor).delete(topic)
    return topic


def upgrade(actor: Actor) -> Chat:
    if actor.chat.kind != "group" or actor.chat.migrated_to:
        raise Impossible("Only a group that is not yet a supergroup can become one.")
    return Members(actor.world, actor.bot, actor.chat, actor.user).upgrade()


def change_membership(actor: Actor, user: User, told: Mapping[str, Any]) -> Membership:
    """Another standing of a person or the bot; what is not told stays as it is."""
    new = read_membership(told, actor.chat.membership(user))
    Members(actor.world, actor.bot, actor.chat, actor.user).change(user, new)
    return new


def read_membership(told: Mapping[str, Any], old: Membership) -> Membership:
    """`rights` names all of them; `give` and `take` change single ones."""
    status = told.get("status", old.status)
    if status not in STATUSES:
        raise Impossible(f"A status is one of {', '.join(STATUSES)}.")
    rights = old.rights
    if status == "administrator" and old.status != "administrator":
        rights = Membership.administrator().rights
    rights = (frozenset(told.get("rights", rights)) | frozenset(told.get("give", ()))) - frozenset(told.get("take", ()))
    if unknown := sorted(rights - _KNOWN_RIGHTS):
        raise Impossible(f"There is no right {unknown[0]}.")
    if status not in ("administrator", "restricted"):
        rights = frozenset()
    return Membership(cast("Status", status), rights, str(told.get("title", old.title)))


def _check_forum(chat: Chat) -> None:
    if not chat.forum:
        raise Impossible("This chat has no topics.")


def _name(name: str) -> str:
    if not (clean := clean_name(name)):
        raise Impossible("A topic needs a name.")
    return clean


def _managed(actor: Actor, topic_id: int) -> Topic:
    _check_forum(actor.chat)
    topic = actor.chat.topics.get(topic_id)
    if topic is None:
        raise Impossible(f"There is no topic {topic_id}.")
    if topic.creator_id != actor.user.id and not actor.manages_topics:
        raise Impossible(f"{actor.user.first_name} may not manage topics.")
    return topic


def _topics(actor: Actor) -> Topics:
    return Topics(actor.world, actor.bot, actor.chat, actor.user)
