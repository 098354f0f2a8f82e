"""The server's exact words in groups: topics, rights, members; each row a call that is refused."""

from typing import Any

import pytest

from tests.sandbox.telegram.conftest import BotApi, png
from tests.sandbox.telegram.rows import Row, answers, golden

CHAT = 501
NO_THREAD = "Bad Request: message thread not found"


def topic(name="topic", **more):
    return {"chat_id": "$forum", "message_thread_id": f"${name}", **more}


def forum(**more):
    return {"chat_id": "$forum", **more}


# fmt: off
TOPICS = [
    Row("in a plain group", "createForumTopic", {"chat_id": "$plain", "name": "x"}, "Bad Request: the chat is not a forum"),
    Row("in private", "createForumTopic", {"chat_id": CHAT, "name": "x"}, "Bad Request: the chat is not a forum"),
    Row("in a private chat", "closeForumTopic", {"chat_id": CHAT, "message_thread_id": 7}, "Bad Request: the chat is not a forum"),
    Row("no chat", "createForumTopic", {"name": "x"}, "Bad Request: chat_id is empty"),
    Row("no name", "createForumTopic", forum(name="  \n "), "Bad Request: name must be non-empty"),
    Row("color below 0", "createForumTopic", forum(name="x", icon_color=-1), "Bad Request: invalid icon color specified"),
    Row("color above white", "createForumTopic", forum(name="x", icon_color=0x1000000), "Bad Request: invalid icon color specified"),
    Row("blank name", "editForumTopic", {**topic(), "name": " "}, "Bad Request: name must be non-empty"),
    Row("same name", "editForumTopic", {**topic(), "name": "Alice"}, "Bad Request: TOPIC_NOT_MODIFIED"),
    Row("same icon", "editForumTopic", {**topic(), "icon_custom_emoji_id": ""}, "Bad Request: TOPIC_NOT_MODIFIED"),
    Row("no id", "editForumTopic", forum(name="x"), "Bad Request: invalid forum topic identifier specified"),
    Row("unknown", "editForumTopic", forum(message_thread_id=999, name="x"), "Bad Request: TOPIC_ID_INVALID"),
    Row("deleted", "editForumTopic", {**topic("deleted"), "name": "x"}, "Bad Request: TOPIC_DELETED"),
    Row("open", "reopenForumTopic", topic(), "Bad Request: TOPIC_NOT_MODIFIED"),
    Row("closed", "closeForumTopic", topic("closed"), "Bad Request: TOPIC_NOT_MODIFIED"),
    Row("deleted", "closeForumTopic", topic("deleted"), "Bad Request: TOPIC_DELETED"),
    Row("deleted", "deleteForumTopic", topic("deleted"), "Bad Request: TOPIC_DELETED"),
    Row("General", "deleteForumTopic", forum(message_thread_id=1), "Bad Request: TOPIC_ID_INVALID"),
    Row("same name", "editGeneralForumTopic", forum(name="General"), "Bad Request: TOPIC_NOT_MODIFIED"),
    Row("open", "reopenGeneralForumTopic", forum(), "Bad Request: TOPIC_NOT_MODIFIED"),
    Row("not hidden", "unhideGeneralForumTopic", forum(), "Bad Request: TOPIC_NOT_MODIFIED"),
    Row("into the deleted", "sendMessage", {**topic("deleted"), "text": "x"}, NO_THREAD),
    Row("into the unknown", "sendMessage", forum(message_thread_id=999, text="x"), NO_THREAD),
    Row("into General by its number", "sendMessage", forum(message_thread_id=1, text="x"), NO_THREAD),
    Row("photo into the deleted", "sendPhoto", {**topic("deleted"), "photo": png()}, NO_THREAD),
    Row("copy into the deleted", "copyMessage", {**topic("deleted"), "from_chat_id": "$forum", "message_id": "$said"}, NO_THREAD),
    Row("unpin of the unknown", "unpinAllForumTopicMessages", forum(message_thread_id=999), "Bad Request: TOPIC_ID_INVALID"),
    Row("beginning of a topic", "deleteMessage", {"chat_id": "$forum", "message_id": "$topic"}, "Bad Request: message can't be deleted"),
]
POWERLESS = [
    Row("create", "createForumTopic", forum(name="x"), "Bad Request: not enough rights to create a topic"),
    Row("edit", "editForumTopic", {**topic("theirs"), "name": "x"}, "Bad Request: not enough rights to edit the topic"),
    Row("close", "closeForumTopic", topic("theirs"), "Bad Request: not enough rights to close or open the topic"),
    Row("reopen", "reopenForumTopic", topic("theirs_closed"), "Bad Request: not enough rights to close or open the topic"),
    Row("delete", "deleteForumTopic", topic("theirs"), "Bad Request: not enough rights to delete the topic"),
    Row("hide", "hideGeneralForumTopic", forum(), "Bad Request: not enough rights to close or open the topic"),
    Row("close General", "closeGeneralForumTopic", forum(), "Bad Request: not enough rights to close or open the topic"),
    Row("rename General", "editGeneralForumTopic", forum(name="x"), "Bad Request: not enough rights to edit the topic"),
    Row("closed topic", "sendMessage", {**topic("theirs_closed"), "text": "x"}, "Bad Request: TOPIC_CLOSED"),
    Row("closed topic", "copyMessage", {**topic("theirs_closed"), "from_chat_id": "$forum", "message_id": "$said"}, "Bad Request: TOPIC_CLOSED"),
    Row("pin", "pinChatMessage", {"chat_id": "$forum", "message_id": "$said"}, "Bad Request: not enough rights to manage pinned messages in the chat"),
    Row("unpin", "unpinChatMessage", {"chat_id": "$forum", "message_id": "$said"}, "Bad Request: not enough rights to manage pinned messages in the chat"),
    Row("unpin all", "unpinAllChatMessages", forum(), "Bad Request: not enough rights to manage pinned messages in the chat"),
    Row("delete a member's", "deleteMessage", {"chat_id": "$forum", "message_id": "$said"}, "Bad Request: message can't be deleted"),
    Row("delete members'", "deleteMessages", {"chat_id": "$forum", "message_ids": ["$said"]}, "Bad Request: message can't be deleted"),
]
MEMBERS = [
    Row("no id", "getChatMember", forum(), "Bad Request: invalid user_id specified"),
    Row("nobody", "getChatMember", forum(user_id=7), "Bad Request: member not found"),
    Row("another's private chat", "getChatMember", {"chat_id": CHAT, "user_id": "$agent"}, "Bad Request: member not found"),
    Row("of a private chat", "getChatAdministrators", {"chat_id": CHAT}, "Bad Request: there are no administrators in the private chat"),
    Row("a private chat", "leaveChat", {"chat_id": CHAT}, "Bad Request: can't leave private chats"),
    Row("nowhere", "leaveChat", {"chat_id": -7}, "Bad Request: chat not found"),
]
MUTED = [
    Row("text", "sendMessage", {"chat_id": "$plain", "text": "x"}, "Bad Request: not enough rights to send text messages to the chat"),
    Row("photo", "sendPhoto", {"chat_id": "$plain", "photo": png()}, "Bad Request: not enough rights to send photos to the chat"),
    Row("document", "sendDocument", {"chat_id": "$plain", "document": b"x"}, "Bad Request: not enough rights to send documents to the chat"),
    Row("live location", "sendLocation", {"chat_id": "$plain", "latitude": 1, "longitude": 1, "live_period": 60}, "Bad Request: not enough rights to send live locations to the chat"),
    Row("venue", "sendVenue", {"chat_id": "$plain", "latitude": 1, "longitude": 1, "title": "t", "address": "a"}, "Bad Request: not enough rights to send venues to the chat"),
]
# fmt: on


@pytest.fixture
async def scene(api: BotApi, alice, telegram) -> dict[str, Any]:
    """A forum with topics of the bot and of an agent, and a plain group."""
    agent = await telegram.person("Agent")
    group = await telegram.forum("Support", members=[agent, alice])
    plain = await telegram.group("Plain", members=[alice])
    made = {}
    for name in ("topic", "closed", "deleted"):
        topic = await api.ok("createForumTopic", chat_id=group.id, name="Alice")
        made[name] = topic["message_thread_id"]
    await api.ok("closeForumTopic", chat_id=group.id, message_thread_id=made["closed"])
    await api.ok("deleteForumTopic", chat_id=group.id, message_thread_id=made["deleted"])
    theirs, theirs_closed = await group.create_topic("Theirs"), await group.create_topic("Closed")
    await group.close_topic(theirs_closed)
    said = await alice.say_in(group, "hello", topic=theirs)
    made |= {"theirs": theirs.id, "theirs_closed": theirs_closed.id, "said": said.id, "agent": agent.id}
    return {**made, "forum": group.id, "plain": plain.id, "group": group, "plain_group": plain}


async def test_topics_and_members_are_refused_in_the_servers_own_words(api: BotApi, scene, clock):
    assert await answers(api, [*TOPICS, *MEMBERS], scene, clock) == golden([*TOPICS, *MEMBERS])


async def test_a_bot_without_rights_is_told_which_it_lacks(api: BotApi, scene, clock):
    await scene["group"].set_standing(status="administrator", rights=["can_manage_chat"])
    assert await answers(api, POWERLESS, scene, clock) == golden(POWERLESS)


async def test_a_muted_bot_is_told_what_it_may_not_send(api: BotApi, scene, clock):
    await scene["plain_group"].set_standing(status="restricted", rights=[])
    assert await answers(api, MUTED, scene, clock) == golden(MUTED)


async def test_without_the_right_to_manage_topics_a_bot_still_runs_its_own(api: BotApi, scene):
    await scene["group"].take_from_bot("can_manage_topics", "can_delete_messages")
    own = {"chat_id": scene["forum"], "message_thread_id": scene["closed"]}
    await api.ok("sendMessage", **own, text="still mine")
    await api.ok("reopenForumTopic", **own)
    await api.ok("editForumTopic", **own, name="Bob")
    await api.ok("deleteForumTopic", **own)


async def test_in_a_supergroup_what_is_older_than_48_hours_cannot_be_deleted_at_all(api: BotApi, scene, clock):
    sent = await api.ok("sendMessage", chat_id=scene["forum"], text="x")
    clock.advance(48 * 3600 + 1)
    refused = await api.refused("deleteMessage", chat_id=scene["forum"], message_id=sent["message_id"])
    assert refused == "Bad Request: message can't be deleted"


async def test_an_upgraded_group_forbids_writing_and_can_still_be_read(api: BotApi, alice, telegram):
    group = await telegram.group("G", members=[alice], kind="group")
    old = await api.ok("sendMessage", chat_id=group.id, text="before")
    new = await group.upgrade()
    for method, args in (
        ("sendMessage", {"text": "x"}),
        ("pinChatMessage", {"message_id": old["message_id"]}),
        ("getChatMemberCount", {}),
        ("createForumTopic", {"name": "x"}),
    ):
        body = await api(method, chat_id=group.id, **args)
        assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
        assert body["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await api.ok("getChat", chat_id=group.id))["type"] == "group"
    await api.ok("sendMessage", chat_id=new.id, text="after")


@pytest.mark.parametrize("method", ["getChat", "getChatMemberCount", "createForumTopic", "setMessageReaction"])
async def test_a_supergroup_without_the_bot_tells_nothing(method, api: BotApi, scene):
    await api.ok("leaveChat", chat_id=scene["forum"])
    refused = await api.refused(method, chat_id=scene["forum"])
    assert refused == "Forbidden: bot is not a member of the supergroup chat"
