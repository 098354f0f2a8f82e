"""Groups: what a bot and several people see of each other, topics, rights, albums, copies and reactions."""

import pytest

from sandbox.telegram.people import NotSeen, SandboxError
from tests.sandbox.telegram.conftest import png


async def updates(api):
    return await api.ok("getUpdates")


async def messages(api):
    return [update["message"] for update in await updates(api) if "message" in update]


@pytest.fixture
async def agent(telegram, alice):
    return await telegram.person("Agent", username="agent")


@pytest.fixture
async def group(telegram, agent, alice):
    return await telegram.forum("Support", members=[agent, alice])


async def test_a_topic_is_created_with_a_service_message_that_is_its_id(api, group):
    topic = await api.ok("createForumTopic", chat_id=group.id, name="  Alice \n Smith ", icon_color=0xFF93B2)
    created = (await messages(api))[-1]
    assert topic == {"message_thread_id": created["message_id"], "name": "Alice Smith", "icon_color": 0xFF93B2}
    assert created["forum_topic_created"] == {"name": "Alice Smith", "icon_color": 0xFF93B2}
    assert created["message_thread_id"] == created["message_id"]
    assert "reply_to_message" not in created
    assert created["chat"] == {"id": group.id, "title": "Support", "is_forum": True, "type": "supergroup"}
    shown = await group.topic("Alice")
    assert (shown.id, shown.name, shown.closed) == (created["message_id"], "Alice Smith", False)


async def test_what_is_said_in_a_topic_carries_it_both_ways(api, group, agent):
    topic = await api.ok("createForumTopic", chat_id=group.id, name="Alice")
    thread = topic["message_thread_id"]
    sent = await api.ok("sendMessage", chat_id=group.id, message_thread_id=thread, text="My car does not charge")
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    assert sent["reply_to_message"]["message_id"] == thread
    seen = await group.wait_message("does not charge", topic=thread)
    await agent.say_in(group, "Which station?", topic=await group.topic("Alice"), reply_to=seen)
    heard = (await messages(api))[-1]
    assert (heard["from"]["id"], heard["message_thread_id"], heard["text"]) == (agent.id, thread, "Which station?")
    assert heard["reply_to_message"]["message_id"] == sent["message_id"]
    assert [message.kind for message in await group.messages(topic=thread)] == ["forum_topic_created", "text", "text"]


async def test_general_has_no_thread_id_and_is_number_1_for_people(api, group, agent):
    await agent.say_in(group, "among us")
    sent = await api.ok("sendMessage", chat_id=group.id, text="for all")
    heard = (await messages(api))[-1]
    assert all("message_thread_id" not in message for message in (sent, heard))
    assert [message.topic for message in await group.messages(topic=1)] == [1, 1]


async def test_an_answer_without_a_thread_goes_where_the_answered_message_is(api, group, agent):
    topic = await group.create_topic("Alice")
    said = await agent.say_in(group, "hello", topic=topic)
    sent = await api.ok("sendMessage", chat_id=group.id, text="hi", reply_parameters={"message_id": said.id})
    assert sent["message_thread_id"] == topic.id
    answered = await agent.say_in(group, "thanks", reply_to=await group.wait_message("hi"))
    assert answered.topic == topic.id


async def test_closing_reopening_renaming_and_deleting_is_told_to_both_sides(api, group, agent):
    topic = await group.create_topic("Alice")
    where = {"chat_id": group.id, "message_thread_id": topic.id}
    await api.ok("closeForumTopic", **where)
    assert (await group.topic("Alice")).closed
    await group.reopen_topic(topic)
    await api.ok("editForumTopic", **where, name="Alice, solved", icon_custom_emoji_id="5312536423851630001")
    await group.rename_topic(topic, "Bob")
    told = [message for message in await messages(api) if message.get("message_thread_id") == topic.id]
    kinds = ["forum_topic_created", "forum_topic_closed", "forum_topic_reopened", *["forum_topic_edited"] * 2]
    assert [next(key for key in message if key.startswith("forum_topic")) for message in told] == kinds
    assert told[3]["forum_topic_edited"] == {"name": "Alice, solved", "icon_custom_emoji_id": "5312536423851630001"}
    assert [message["from"]["id"] for message in told] == [agent.id, 1001, agent.id, 1001, agent.id]
    await api.ok("deleteForumTopic", **where)
    assert [shown.name for shown in await group.topics()] == ["General"]
    assert await group.messages(topic=topic.id) == []


async def test_only_those_who_manage_topics_write_into_a_closed_one(api, group, agent, alice):
    topic = await group.create_topic("Alice")
    await group.close_topic(topic)
    with pytest.raises(SandboxError, match="The topic Alice is closed"):
        await alice.say_in(group, "one more thing", topic=topic)
    await agent.say_in(group, "solved", topic=topic)
    assert [shown["can_write"] for shown in (await group.view(alice))["topics"]] == [True, False]
    await api.ok("sendMessage", chat_id=group.id, message_thread_id=topic.id, text="a bot with the right may")


async def test_a_hidden_general_topic_is_closed_too(api, group, alice):
    await api.ok("hideGeneralForumTopic", chat_id=group.id)
    with pytest.raises(SandboxError, match="General is closed"):
        await alice.say_in(group, "hello")
    assert "general_forum_topic_hidden" in (await messages(api))[-1]
    await api.ok("unhideGeneralForumTopic", chat_id=group.id)
    await api.ok("reopenGeneralForumTopic", chat_id=group.id)
    await api.ok("editGeneralForumTopic", chat_id=group.id, name="Lobby")
    await alice.say_in(group, "hello")
    assert (await group.topics())[0].name == "Lobby"


async def test_people_without_rights_run_no_topics_but_their_own(group, alice, agent):
    with pytest.raises(SandboxError, match="Alice may not create topics"):
        await group.create_topic("Mine", by=alice)
    await group.set_standing(alice, status="administrator", rights=["can_manage_topics"])
    topic = await group.create_topic("Mine", by=alice)
    await group.set_standing(alice, status="member")
    await group.close_topic(topic, by=alice)
    other = await group.create_topic("Theirs")
    with pytest.raises(SandboxError, match="Alice may not manage topics"):
        await group.delete_topic(other, by=alice)


async def test_everybody_has_an_own_view_and_edits_only_their_own(api, group, agent, alice):
    said = await alice.say_in(group, "DE*1")
    by_alice, by_agent = [(await group.messages(viewer=viewer))[-1] for viewer in (alice, agent)]
    assert (by_alice.own, by_agent.own, by_agent.sender) == (True, False, "Alice")
    with pytest.raises(SandboxError, match="of one's own"):
        await agent.at(group).edit(said, "DE*2")
    await alice.at(group).edit(said, "DE*3")
    assert (await updates(api))[-1]["edited_message"]["text"] == "DE*3"
    stranger = await group.telegram.person("Stranger")
    with pytest.raises(SandboxError, match="Stranger is not a member of this group"):
        await stranger.say_in(group, "hello")


async def test_photo_voice_document_and_location_go_into_topics(api, group, alice):
    topic = await group.create_topic("Alice")
    seat = alice.at(group, topic)
    await seat.send_file("photo", png(), caption="the plug")
    await seat.send_file("voice", b"OggS")
    await seat.send_file("document", b"x", name="log.txt")
    await seat.share_location(52.0, 5.0)
    heard = (await messages(api))[-4:]
    assert [message["message_thread_id"] for message in heard] == [topic.id] * 4
    assert [
        kind for message, kind in zip(heard, ("photo", "voice", "document", "location"), strict=True) if kind in message
    ]


async def test_a_button_in_a_group_tells_who_pressed_it(api, group, agent, alice):
    markup = {"inline_keyboard": [[{"text": "Take", "callback_data": "take"}]]}
    await api.ok("sendMessage", chat_id=group.id, text="New ticket", reply_markup=markup)
    press = await agent.at(group).press(await group.wait_message("New ticket"), "Take")
    query = (await updates(api))[-1]["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (agent.id, group.id)
    await api.ok("answerCallbackQuery", callback_query_id=query["id"], text="Yours")
    assert (await press.answer()).text == "Yours"


async def test_a_copy_has_no_origin_and_a_forward_has(api, group, alice):
    said = await alice.send_file("photo", png(), caption="before")
    source = {"chat_id": group.id, "from_chat_id": alice.id, "message_id": said.id}
    markup = {"inline_keyboard": [[{"text": "b", "callback_data": "x"}]]}
    copied = await api.ok("copyMessage", **source, caption="<b>after</b>", parse_mode="HTML", reply_markup=markup)
    assert list(copied) == ["message_id"]
    seen = await group.wait_message("after")
    assert (seen.kind, seen.forwarded_from, seen.html, seen.buttons) == ("photo", "", "<b>after</b>", [["b"]])
    forwarded = await api.ok("forwardMessage", **source)
    assert forwarded["forward_origin"] == {
        "type": "user",
        "sender_user": forwarded["forward_from"],
        "date": said.raw["date"],
    }
    assert forwarded["caption"] == "before"
    again = await api.ok("forwardMessage", chat_id=group.id, from_chat_id=group.id, message_id=forwarded["message_id"])
    assert again["forward_from"]["id"] == alice.id


async def test_a_keyboard_goes_along_only_when_all_of_it_are_links(api, alice, group):
    for button, kept in (({"url": "https://example.com/"}, True), ({"callback_data": "x"}, False)):
        markup = {"inline_keyboard": [[{"text": "b", **button}]]}
        sent = await api.ok("sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
        args = {"chat_id": group.id, "from_chat_id": alice.id, "message_id": sent["message_id"]}
        assert ("reply_markup" in await api.ok("forwardMessage", **args)) is kept


async def test_many_are_copied_and_forwarded_without_what_is_gone(api, alice, group):
    album = [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in "ab"]
    sent = await api.ok("sendMediaGroup", chat_id=alice.id, media=album, a=png(1, 1), b=png(2, 2))
    source = {"chat_id": group.id, "from_chat_id": alice.id}
    numbers = [message["message_id"] for message in sent] + [999]
    assert len(await api.ok("copyMessages", **source, message_ids=numbers, remove_caption=True)) == 2
    assert len(await api.ok("forwardMessages", **source, message_ids=numbers)) == 2
    copies, forwards = (await group.messages())[:2], (await group.messages())[2:]
    assert [message.text for message in copies] == ["", ""]
    assert [message.forwarded_from for message in forwards] == ["Bot 1001"] * 2
    assert len({message.raw["album"] for message in (*copies, *forwards)}) == 2


async def test_a_protected_message_may_be_copied_by_its_bot(api, alice, group):
    sent = await api.ok("sendMessage", chat_id=alice.id, text="secret", protect_content=True)
    await api.ok("copyMessage", chat_id=group.id, from_chat_id=alice.id, message_id=sent["message_id"])


async def test_an_album_shares_a_number_and_a_single_message_has_none(api, alice):
    album = [{"type": "video", "media": "attach://v", "duration": 3}, {"type": "photo", "media": "attach://p"}]
    video, photo = await api.ok("sendMediaGroup", chat_id=alice.id, media=album, v=b"mp4", p=png())
    assert video["media_group_id"] == photo["media_group_id"]
    assert (video["video"]["duration"], photo["photo"][-1]["width"]) == (3, 640)
    assert [message.raw["album"] for message in (await alice.messages())[-2:]] == [video["media_group_id"]] * 2
    (alone,) = await api.ok("sendMediaGroup", chat_id=alice.id, media=album[1:], p=png())
    assert "media_group_id" not in alone


async def test_voice_audio_video_and_contact_are_sent_with_what_is_said_of_them(api, alice):
    voice = await api.ok("sendVoice", chat_id=alice.id, voice=b"OggS", duration=4, caption="c")
    audio = await api.ok("sendAudio", chat_id=alice.id, audio=b"ID3", title="T", performer="P")
    video = await api.ok("sendVideo", chat_id=alice.id, video=b"mp4", width=2, height=99_999, has_spoiler=True)
    contact = await api.ok("sendContact", chat_id=alice.id, phone_number="+31 1", first_name="Hotline")
    assert (voice["voice"]["duration"], voice["caption"]) == (4, "c")
    assert (audio["audio"]["title"], audio["audio"]["performer"]) == ("T", "P")
    assert (video["video"]["height"], video["has_media_spoiler"]) == (10_000, True)
    assert contact["contact"] == {"phone_number": "+31 1", "first_name": "Hotline"}
    assert [message.kind for message in (await alice.messages())[1:]] == ["voice", "audio", "video", "contact"]


async def test_members_are_counted_listed_and_described(api, group, agent, alice):
    await group.set_standing(alice, status="administrator", rights=["can_pin_messages"], title="Night shift")
    assert await api.ok("getChatMemberCount", chat_id=group.id) == 3
    assert [member["status"] for member in await api.ok("getChatAdministrators", chat_id=group.id)] == [
        "creator",
        "administrator",
        "administrator",
    ]
    one = await api.ok("getChatMember", chat_id=group.id, user_id=alice.id)
    assert (one["can_pin_messages"], one["can_manage_topics"], one["custom_title"]) == (True, False, "Night shift")
    own = await api.ok("getChatMember", chat_id=group.id, user_id=1001)
    assert (own["status"], own["can_manage_topics"]) == ("administrator", True)
    stranger = await group.telegram.person("Stranger")
    assert (await api.ok("getChatMember", chat_id=group.id, user_id=stranger.id))["status"] == "left"
    private = await api.ok("getChatMember", chat_id=alice.id, user_id=alice.id)
    assert (private["status"], await api.ok("getChatMemberCount", chat_id=alice.id)) == ("member", 2)


async def test_a_change_of_rights_is_told_to_the_bot(api, group):
    await group.take_from_bot("can_manage_topics")
    changed = (await updates(api))[-1]["my_chat_member"]
    before, after = changed["old_chat_member"], changed["new_chat_member"]
    assert (before["can_manage_topics"], after["can_manage_topics"]) == (True, False)
    await group.give_to_bot("can_manage_topics")
    await api.ok("createForumTopic", chat_id=group.id, name="x")


async def test_people_come_and_go_with_service_messages(api, group, alice, agent):
    await api.ok("getUpdates", allowed_updates=["message", "chat_member"], offset=-1)
    await group.set_standing(alice, status="left")
    await group.set_standing(alice, status="member")
    left, told_left, joined, _ = (await updates(api))[-4:]
    assert left["message"]["left_chat_member"]["id"] == alice.id
    assert told_left["chat_member"]["new_chat_member"]["status"] == "left"
    assert [user["id"] for user in joined["message"]["new_chat_members"]] == [alice.id]


async def test_a_bot_that_leaves_hears_of_it_and_then_nothing(api, group, agent):
    await api.ok("leaveChat", chat_id=group.id)
    await agent.say_in(group, "/help anyone?")
    left, told = (await updates(api))[-2:]
    assert left["message"]["left_chat_member"]["id"] == 1001
    assert told["my_chat_member"]["new_chat_member"]["status"] == "left"


async def test_an_upgrade_is_told_in_both_chats(api, telegram, alice):
    group = await telegram.group("Club", members=[alice], kind="group")
    new = await group.upgrade()
    to, came = (await messages(api))[-2:]
    assert (to["chat"]["id"], to["migrate_to_chat_id"]) == (group.id, new.id)
    assert (came["chat"]["id"], came["migrate_from_chat_id"], came["message_id"]) == (new.id, group.id, 1)
    assert (await group.view())["migrated_to"] == new.id
    assert to["chat"]["all_members_are_administrators"] is False
    with pytest.raises(SandboxError, match="not yet a supergroup"):
        await new.upgrade()


async def test_the_whole_chat_is_described_with_permissions_and_its_pin(api, group, alice):
    said = await alice.say_in(group, "read this")
    await api.ok("pinChatMessage", chat_id=group.id, message_id=said.id)
    chat = await api.ok("getChat", chat_id=group.id)
    assert (chat["permissions"]["can_send_photos"], chat["permissions"]["can_pin_messages"]) == (True, False)
    assert (chat["pinned_message"]["text"], chat["is_forum"]) == ("read this", True)
    await api.ok("unpinAllChatMessages", chat_id=group.id)
    assert "pinned_message" not in await api.ok("getChat", chat_id=group.id)
    assert (await api.ok("getChat", chat_id=alice.id))["active_usernames"] == ["alice"]


async def test_reactions_are_seen_and_told_where_they_were_asked_for(api, alice, group, agent):
    await api.ok("getUpdates", allowed_updates=["message", "message_reaction"], offset=-1)
    said = await alice.say("charging!")
    thumb = [{"type": "emoji", "emoji": "👍"}]
    await api.ok("setMessageReaction", chat_id=alice.id, message_id=said.id, reaction=thumb)
    await alice.react(said, "❤️")
    assert (await alice.messages())[-1].reactions == {"👍": 1, "❤": 1}
    told = (await updates(api))[-1]["message_reaction"]
    assert (told["user"]["id"], told["old_reaction"], told["new_reaction"]) == (
        alice.id,
        [],
        [{"type": "emoji", "emoji": "❤"}],
    )
    await alice.react(said, "")
    await api.ok("setMessageReaction", chat_id=alice.id, message_id=said.id)
    assert (await alice.messages())[-1].reactions == {}
    with pytest.raises(SandboxError, match="Telegram's own set"):
        await alice.react(said, "🚗")


async def test_a_bot_out_of_privacy_mode_hears_everything(api, telegram, alice):
    plain = await telegram.group("Plain", members=[alice])
    await alice.say_in(plain, "unheard")
    await telegram.set_settings(privacy=False)
    await alice.say_in(plain, "heard")
    assert [message["text"] for message in await messages(api)] == ["/start", "heard"]
    assert (await api.ok("getMe"))["can_read_all_group_messages"]


async def test_impossible_groups_are_refused_in_one_sentence(telegram, alice, group):
    for arguments, sentence in (
        ({"kind": "group", "forum": True}, "only the latter has topics"),
        ({"bot": {"status": "king"}}, "A status is one of creator"),
        ({"bot": {"status": "administrator", "rights": ["can_fly"]}}, "There is no right can_fly"),
    ):
        with pytest.raises(SandboxError, match=sentence):
            await telegram.group("G", members=[alice], **arguments)
    with pytest.raises(SandboxError, match="There is no topic 99"):
        await alice.say_in(group, "x", topic=99)
    with pytest.raises(SandboxError, match="General cannot be deleted"):
        await group.delete_topic((await group.topics())[0])
    with pytest.raises(NotSeen):
        await group.topic("Nobody")
    with pytest.raises(SandboxError, match="Settings are inline"):
        await telegram.set_settings(gravity=False)
