"""What people do and see: the client API and its Python client."""

import asyncio

import pytest

from sandbox.telegram.people import NotSeen, SandboxError
from tests.sandbox.telegram.conftest import png

START = {
    "inline_keyboard": [
        [{"text": "Start charging", "callback_data": "v1:start:7"}, {"text": "More", "url": "example.com"}]
    ]
}


async def updates(api, **args):
    return await api.ok("getUpdates", **args)


async def test_a_message_reaches_the_bot_with_the_entities_the_server_finds(api, alice):
    await alice.say("/find https://example.com/x. @someone #fast")
    message = (await updates(api))[-1]["message"]
    assert message["from"] == {
        "id": 501,
        "is_bot": False,
        "first_name": "Alice",
        "username": "alice",
        "language_code": "en",
    }
    assert message["chat"] == {"id": 501, "first_name": "Alice", "username": "alice", "type": "private"}
    assert message["entities"] == [
        {"offset": 0, "length": 5, "type": "bot_command"},
        {"offset": 6, "length": 21, "type": "url"},
        {"offset": 29, "length": 8, "type": "mention"},
        {"offset": 38, "length": 5, "type": "hashtag"},
    ]


async def test_a_deep_link_arrives_as_start_with_its_payload(api, alice):
    await alice.start("evse-42")
    message = (await updates(api))[-1]["message"]
    assert message["text"] == "/start evse-42"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]


async def test_location_contact_photo_document_and_voice_reach_the_bot(api, alice):
    await alice.share_location(52.5, 13.4)
    await alice.share_contact()
    await alice.send_file("photo", png(30, 20), caption="the sticker")
    await alice.send_file("document", b"a,b", name="list.csv")
    await alice.send_file("voice", b"OggS")
    location, contact, photo, document, voice = [update["message"] for update in await updates(api)][1:]
    assert location["location"] == {"latitude": 52.5, "longitude": 13.4}
    assert contact["contact"] == {"phone_number": "+4930123", "first_name": "Alice", "user_id": 501}
    assert (photo["photo"][-1]["width"], photo["caption"]) == (30, "the sticker")
    assert document["document"]["mime_type"] == "text/csv"
    assert voice["voice"]["mime_type"] == "audio/ogg"
    assert await alice.download(document["document"]["file_id"]) == b"a,b"


async def test_a_press_brings_a_callback_and_the_answer_comes_back_as_a_toast(api, alice):
    await api.ok("sendMessage", chat_id=501, text="Ready?", reply_markup=START)
    card = await alice.wait_message("Ready?")
    press = await alice.press(card, "Start charging")
    query = (await updates(api))[-1]["callback_query"]
    assert (query["id"], query["data"]) == (press.callback_id, "v1:start:7")
    assert query["message"]["text"] == "Ready?"
    asked = asyncio.gather(
        press.answer(), api("answerCallbackQuery", callback_query_id=query["id"], text="On it", show_alert=True)
    )
    answer, _ = await asked
    assert (answer.answered, answer.text, answer.show_alert) == (True, "On it", True)


async def test_a_remembered_answer_is_shown_again_without_asking_the_bot(api, alice, clock):
    await api.ok("sendMessage", chat_id=501, text="Ready?", reply_markup=START)
    card = await alice.wait_message("Ready?")
    first = await alice.press(card, "Start charging")
    await api.ok("answerCallbackQuery", callback_query_id=first.callback_id, text="Wait", cache_time=60)
    before = (await api.ok("getWebhookInfo"))["pending_update_count"]
    assert (await (await alice.press(card, "Start charging")).answer()).text == "Wait"
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == before
    clock.advance(61)
    assert not (await (await alice.press(card, "Start charging")).answer(patience=0)).answered


async def test_a_link_button_opens_its_link_and_tells_nobody(api, alice):
    await api.ok("sendMessage", chat_id=501, text="Ready?", reply_markup=START)
    pressed = await alice.press(await alice.wait_message("Ready?"), "More")
    assert (pressed.action, pressed.value) == ("url", "http://example.com/")


async def test_the_reply_keyboard_is_shown_tapped_and_removed(api, alice):
    rows = [["Find"], [{"text": "Here I am", "request_location": True}]]
    await api.ok("sendMessage", chat_id=501, text="Where?", reply_markup={"keyboard": rows})
    assert await alice.keyboard() == [["Find"], ["Here I am"]]
    await alice.tap("Find")
    await alice.tap("Here I am", latitude=52.0, longitude=13.0)
    *_, text, location = [update["message"] for update in await updates(api)]
    assert text["text"] == "Find"
    assert location["location"]["latitude"] == 52.0
    await api.ok("sendMessage", chat_id=501, text="Thanks", reply_markup={"remove_keyboard": True})
    assert await alice.keyboard() == []


async def test_a_person_sees_formatting_edits_pins_and_silence(api, alice):
    sent = await api.ok(
        "sendMessage",
        chat_id=501,
        text="<b>7</b> kWh &amp; <a href='example.com'>more</a>",
        parse_mode="HTML",
        disable_notification=True,
    )
    seen = await alice.wait_message("kWh")
    assert seen.html == '<b>7</b> kWh &amp; <a href="http://example.com/">more</a>'
    assert (seen.buzz, seen.edited, seen.pinned) == (False, False, False)
    await api.ok("editMessageText", chat_id=501, message_id=sent["message_id"], text="8 kWh")
    await api.ok("pinChatMessage", chat_id=501, message_id=sent["message_id"])
    seen = await alice.wait_message("8 kWh")
    assert (seen.edited, seen.pinned) == (True, True)
    assert (await alice.messages())[-1].raw["pinned_message_id"] == sent["message_id"]


async def test_typing_is_seen_until_a_message_comes_or_it_fades(api, alice, clock):
    await api.ok("sendChatAction", chat_id=501, action="typing")
    assert (await alice.chat())["action"] == "typing"
    clock.advance(6)
    assert (await alice.chat())["action"] is None
    await api.ok("sendChatAction", chat_id=501, action="typing")
    await api.ok("sendMessage", chat_id=501, text="done")
    assert (await alice.chat())["action"] is None


async def test_a_person_edits_what_they_wrote(api, alice):
    wrote = await alice.say("DE*ABC*1")
    await alice.edit(wrote, "DE*ABC*2")
    assert (await updates(api))[-1]["edited_message"]["text"] == "DE*ABC*2"


async def test_blocking_is_told_to_the_bot_and_writing_again_unblocks(api, alice):
    await alice.block()
    assert await api.refused("sendMessage", chat_id=501, text="?") == "Forbidden: bot was blocked by the user"
    member = (await updates(api))[-1]["my_chat_member"]
    assert (member["old_chat_member"]["status"], member["new_chat_member"]["status"]) == ("member", "kicked")
    await alice.say("hello again")
    await api.ok("sendMessage", chat_id=501, text="welcome back")


async def test_a_deleted_chat_is_not_found_until_its_person_writes(api, alice):
    await alice.delete_chat()
    assert await api.refused("sendMessage", chat_id=501, text="?") == "Bad Request: chat not found"
    await alice.start()
    await api.ok("sendMessage", chat_id=501, text="!")


async def test_changes_and_calls_can_be_followed(api, alice, telegram):
    start = (await telegram.changes())["seq"]
    waiting = asyncio.gather(telegram.changes(start, wait=2, chat=501), api("sendMessage", chat_id=501, text="hi"))
    answer, _ = await waiting
    assert [(change["kind"], change["chat_id"]) for change in answer["changes"]] == [("message", 501)]
    call = (await telegram.calls("sendMessage"))[-1]
    assert (call["args"]["text"], call["status"], call["answer"]["ok"]) == ("hi", 200, True)


async def test_the_impossible_is_refused_in_one_sentence(alice, telegram):
    with pytest.raises(SandboxError, match=r"^There is no chat 99\.$"):
        await telegram.request("POST", "chats/99/text", {"text": "x"})
    with pytest.raises(SandboxError, match=r"^This message has no such button\.$"):
        await alice.press((await alice.messages())[0], "Nothing")
    with pytest.raises(SandboxError, match=r"^There is no POST /sandbox/chats/501/dance"):
        await telegram.request("POST", "chats/501/dance", {})
    with pytest.raises(SandboxError, match="is not a picture"):
        await alice.send_file("photo", b"text")
    with pytest.raises(NotSeen, match="No message with 'receipt' came"):
        await alice.wait_message("receipt", patience=0.01)


async def test_two_bots_have_separate_chats_with_one_person(api, alice, server, telegram):
    other = type(api)(server.url, api.session, "1002:OTHER")
    assert (
        await other.refused("sendMessage", chat_id=501, text="hi")
        == "Forbidden: bot can't initiate conversation with a user"
    )
    await telegram.request("POST", "chats/501/start", {}, {"bot": 1002})
    sent = await other.ok("sendMessage", chat_id=501, text="hi")
    assert sent["from"]["username"] == "sandbox_1002_bot"
    assert [message.text for message in await alice.messages()] == ["/start"]


async def test_a_chat_can_be_followed_by_what_changed_since(api, alice, telegram):
    gone = await api.ok("sendMessage", chat_id=501, text="gone")
    kept = await api.ok("sendMessage", chat_id=501, text="kept")
    seq = (await alice.chat())["seq"]
    await api.ok("deleteMessage", chat_id=501, message_id=gone["message_id"])
    await api.ok("editMessageText", chat_id=501, message_id=kept["message_id"], text="changed")
    chat = await telegram.request("GET", "chats/501", query={"since": seq})
    assert ([message["text"] for message in chat["messages"]], chat["deleted"]) == (["changed"], [gone["message_id"]])


async def test_in_a_group_a_member_hears_what_is_meant_for_it_and_an_administrator_everything(api, alice, telegram):
    group = (await telegram.request("POST", "groups", {"title": "G", "members": [501]}))["id"]
    for text in ("among us", "/help", "@sandbox_1001_bot hello"):
        await telegram.request("POST", f"chats/{group}/text", {"text": text})
    await telegram.request("POST", f"chats/{group}/membership", {"status": "administrator"})
    await telegram.request("POST", f"chats/{group}/text", {"text": "among all"})
    heard = [update["message"]["text"] for update in await updates(api) if "message" in update]
    assert heard == ["/start", "/help", "@sandbox_1001_bot hello", "among all"]


async def test_faults_and_limits_that_make_no_sense_are_refused(telegram):
    with pytest.raises(SandboxError, match="A fault has a kind, one of 429, 500"):
        await telegram.fault("gremlins")
    with pytest.raises(SandboxError, match="at least once"):
        await telegram.fault("500", times=0)
    with pytest.raises(SandboxError, match="a positive number"):
        await telegram.set_limits(chat_rate=0)
