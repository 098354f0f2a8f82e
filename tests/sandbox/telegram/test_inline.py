"""Inline mode: queries, results and their refusals, messages by way of the bot, and how they are edited and pressed."""

import asyncio

import pytest

from sandbox.telegram.people import SandboxError
from tests.sandbox.telegram.conftest import png, until
from tests.sandbox.telegram.rows import Row, answers, golden

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
BUTTON = {"inline_keyboard": [[{"text": "Start here", "callback_data": "go"}]]}


def article(number=1, **more):
    said = {"message_text": "<b>NL*CIT</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": f"Station {number}", "input_message_content": said, **more}


def answer(*results, **more):
    return {"inline_query_id": "$query", "results": list(results), **more}


def result(**fields):
    return answer({"id": "1", **fields})


def unparsed(text):
    return f"Bad Request: can't parse inline query result: {text}"


def headed(button):
    return answer(article(), button=button)


# fmt: off
ROWS = [
    Row("no query", "answerInlineQuery", {"results": []}, TOO_OLD),
    Row("unknown query", "answerInlineQuery", {"inline_query_id": "7", "results": [article()]}, TOO_OLD),
    Row("no array", "answerInlineQuery", answer() | {"results": {}}, "Bad Request: expected an Array of inline query results"),
    Row("51 results", "answerInlineQuery", answer(*[article()] * 51), "Bad Request: too many inline query results specified"),
    Row("no object", "answerInlineQuery", answer("x"), unparsed("Inline query result must be an object")),
    Row("no type", "answerInlineQuery", answer({"id": "1"}), unparsed('Can\'t find field "type"')),
    Row("no id", "answerInlineQuery", answer({"type": "article"}), unparsed('Can\'t find field "id"')),
    Row("unknown type", "answerInlineQuery", result(type="hologram"), unparsed('type "hologram" is unsupported for the inline query result')),
    Row("article without content", "answerInlineQuery", result(type="article", title="x"), unparsed('Can\'t find field "message_text"')),
    Row("article with empty content", "answerInlineQuery", result(type="article", title="x", input_message_content={}), unparsed("Input message content is not specified")),
    Row("article without title", "answerInlineQuery", result(type="article", message_text="x"), unparsed('Can\'t find field "title"')),
    Row("article with empty title", "answerInlineQuery", answer(article(title="")), "Bad Request: ARTICLE_TITLE_EMPTY"),
    Row("content no object", "answerInlineQuery", answer(article(input_message_content="x")), unparsed('Field "input_message_content" must be of type Object')),
    Row("broken formatting", "answerInlineQuery", answer(article(input_message_content={"message_text": "<x>", "parse_mode": "HTML"})), unparsed("Can't parse entities: Unsupported start tag \"x\" at byte offset 0")),
    Row("4097 characters", "answerInlineQuery", answer(article(input_message_content={"message_text": "t" * 4097})), "Bad Request: MESSAGE_TOO_LONG"),
    Row("broken button", "answerInlineQuery", answer(article(reply_markup={"inline_keyboard": [[{"text": "x"}]]})), unparsed("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")),
    Row("65 bytes on a button", "answerInlineQuery", answer(article(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "d" * 65}]]})), "Bad Request: BUTTON_DATA_INVALID"),
    Row("Mini App on a button", "answerInlineQuery", answer(article(reply_markup={"inline_keyboard": [[{"text": "x", "web_app": {"url": "https://a.com"}}]]})), "Bad Request: BUTTON_TYPE_INVALID"),
    Row("reply keyboard", "answerInlineQuery", answer(article(reply_markup={"keyboard": [["x"]]})), "Bad Request: inline keyboard expected"),
    Row("location nowhere", "answerInlineQuery", result(type="location", title="x"), unparsed('Can\'t find field "latitude"')),
    Row("location off the globe", "answerInlineQuery", result(type="location", title="x", latitude=91, longitude=0), "Bad Request: wrong location specified"),
    Row("venue without address", "answerInlineQuery", result(type="venue", title="x", latitude=1, longitude=1), unparsed('Can\'t find field "address"')),
    Row("photo without file", "answerInlineQuery", result(type="photo"), unparsed('Can\'t find field "photo_file_id"')),
    Row("photo of an unknown file", "answerInlineQuery", result(type="photo", photo_file_id="x"), "Bad Request: wrong file identifier/HTTP URL specified"),
    Row("photo without preview", "answerInlineQuery", result(type="photo", photo_url="https://a.com/a.jpg"), "Bad Request: PHOTO_THUMB_URL_EMPTY"),
    Row("document without title", "answerInlineQuery", result(type="document", document_file_id="x"), unparsed('Can\'t find field "title"')),
    Row("contact without name", "answerInlineQuery", result(type="contact", phone_number="1"), unparsed('Can\'t find field "first_name"')),
    Row("same id twice", "answerInlineQuery", answer(article(), article()), "Bad Request: RESULT_ID_DUPLICATE"),
    Row("empty id", "answerInlineQuery", answer(article("")), "Bad Request: RESULT_ID_INVALID"),
    Row("id of 65 bytes", "answerInlineQuery", answer(article("é" * 33)), "Bad Request: RESULT_ID_INVALID"),
    Row("offset of 65 bytes", "answerInlineQuery", answer(article(), next_offset="o" * 65), "Bad Request: NEXT_OFFSET_INVALID"),
    Row("button not JSON", "answerInlineQuery", headed("{"), "Bad Request: can't parse inline query results button JSON object"),
    Row("button no object", "answerInlineQuery", headed([]), "Bad Request: can't parse inline query results button: InlineQueryResultsButton must be an Object"),
    Row("button for nothing", "answerInlineQuery", headed({"text": "x"}), "Bad Request: can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field"),
    Row("button without parameter", "answerInlineQuery", headed({"text": "x", "start_parameter": ""}), "Bad Request: can't use empty start_parameter"),
    Row("button with a long parameter", "answerInlineQuery", headed({"text": "x", "start_parameter": "p" * 65}), "Bad Request: too long start_parameter specified"),
    Row("button with an odd parameter", "answerInlineQuery", headed({"text": "x", "start_parameter": "a b"}), "Bad Request: unallowed characters in start_parameter are used"),
    Row("button to plain http", "answerInlineQuery", headed({"text": "x", "web_app": {"url": "http://a.com"}}), "Bad Request: inline query button Web App URL 'http://a.com' is invalid: Only HTTPS links are allowed"),
]
# fmt: on


async def ask(person, text="harbour", **more) -> str:
    """Type a query and do not wait for the answer."""
    return (await person.type_inline(text, patience=0, **more)).raw["query_id"]


async def last(api, kind):
    return (await api.ok("getUpdates", offset=-1))[-1][kind]


async def test_refused_in_the_servers_own_words(api, alice):
    scene = {"query": await ask(alice)}
    assert await answers(api, ROWS, scene) == golden(ROWS)


async def test_a_query_is_answered_once_within_30_seconds(api, alice, clock):
    late, query = await ask(alice), await ask(alice, "other")
    await api.ok("answerInlineQuery", inline_query_id=query, results=[])
    assert await api.refused("answerInlineQuery", inline_query_id=query, results=[]) == TOO_OLD
    clock.advance(30)
    assert await api.refused("answerInlineQuery", inline_query_id=late, results=[]) == TOO_OLD
    assert not any("inline_query" in update for update in await api.ok("getUpdates"))


async def test_what_is_typed_reaches_the_bot_and_its_results_come_back(api, alice):
    button = {"text": "All stations", "start_parameter": "all"}
    found = [article(1, description="22 kW free"), article(2)]

    async def answer_it() -> dict:
        async def asked() -> bool:
            return "inline_query" in (await api.ok("getUpdates", offset=-1))[-1]

        await until(asked)
        query = await last(api, "inline_query")
        await api.ok("answerInlineQuery", inline_query_id=query["id"], results=found, next_offset="2", button=button)
        return query

    seen, query = await asyncio.gather(alice.type_inline("harbour", near=(52.0, 5.0)), answer_it())
    assert (query["query"], query["offset"], query["chat_type"]) == ("harbour", "", "sender")
    assert query["location"] == {"latitude": 52.0, "longitude": 5.0}
    assert [(offered.title, offered.description) for offered in seen.results] == [
        ("Station 1", "22 kW free"),
        ("Station 2", ""),
    ]
    assert (seen.answered, seen.next_offset, seen.button) == (True, "2", button)


@pytest.mark.parametrize(("personal", "shared"), [(False, True), (True, False)])
async def test_results_are_remembered_for_everybody_or_for_one_person(personal, shared, api, alice, telegram, clock):
    bob = await telegram.person("Bob")
    asked = {"inline_query_id": await ask(alice), "results": [article()]}
    await api.ok("answerInlineQuery", **asked, is_personal=personal, cache_time=60)
    assert (await alice.type_inline("harbour", patience=0)).remembered
    assert (await bob.type_inline("harbour", patience=0)).remembered is shared
    assert not (await alice.type_inline("harbour", offset="2", patience=0)).remembered
    clock.advance(60)
    assert not (await alice.type_inline("harbour", patience=0)).remembered


async def test_a_chosen_result_is_a_message_of_the_person_by_way_of_the_bot(api, alice):
    await api.ok("answerInlineQuery", inline_query_id=await ask(alice), results=[article()], cache_time=60)
    sent = await alice.choose((await alice.type_inline("harbour")).titled("station"))
    assert (sent.own, sent.html, sent.raw["via_bot"]) == (True, "<b>NL*CIT</b>", "sandbox_1001_bot")
    heard = await last(api, "message")
    assert (heard["from"]["id"], heard["via_bot"]["id"], heard["text"]) == (alice.id, 1001, "NL*CIT")


async def test_locations_venues_contacts_photos_and_documents_are_sent_as_such(api, alice):
    photo = (await api.ok("sendPhoto", chat_id=alice.id, photo=png()))["photo"][-1]["file_id"]
    document = (await api.ok("sendDocument", chat_id=alice.id, document=b"x"))["document"]["file_id"]
    at = {"latitude": 52.0, "longitude": 5.0, "title": "Harbour"}
    results = [
        {"type": "location", "id": "location", **at},
        {"type": "venue", "id": "venue", **at, "address": "Quay 1"},
        {"type": "contact", "id": "contact", "phone_number": "1", "first_name": "Hotline"},
        {"type": "photo", "id": "photo", "photo_file_id": photo, "caption": "here"},
        {"type": "document", "id": "document", "document_file_id": document, "title": "Manual"},
        {"type": "photo", "id": "web", "photo_url": "https://a.com/a.jpg", "thumbnail_url": "https://a.com/t.jpg"},
        {"type": "venue", "id": "text", **at, "address": "a", "input_message_content": {"message_text": "words"}},
    ]
    await api.ok("answerInlineQuery", inline_query_id=await ask(alice), results=results, cache_time=60)
    offered = {result.id: result for result in (await alice.type_inline("harbour")).results}
    for kind in ("location", "venue", "contact", "photo", "document", "text"):
        assert (await alice.choose(offered[kind])).kind == kind
    with pytest.raises(SandboxError, match="not part of the sandbox"):
        await alice.choose(offered["web"])


@pytest.mark.parametrize("feedback", [False, True])
async def test_a_choice_is_told_only_to_a_bot_that_asked_for_feedback(feedback, api, alice, telegram):
    await telegram.set_settings(inline_feedback=feedback)
    offer = [article(1, reply_markup=BUTTON), article(2)]
    await api.ok("answerInlineQuery", inline_query_id=await ask(alice), results=offer, cache_time=60)
    for offered in (await alice.type_inline("harbour")).results:
        await alice.choose(offered)
    kinds = [
        update["chosen_inline_result"] for update in await api.ok("getUpdates") if "chosen_inline_result" in update
    ]
    assert [(chosen["result_id"], "inline_message_id" in chosen) for chosen in kinds] == (
        [("1", True), ("2", False)] if feedback else []
    )


async def test_an_inline_message_is_edited_and_pressed_by_its_own_id(api, alice, telegram):
    await telegram.set_settings(inline_feedback=True)
    away = await telegram.group("Friends", members=[alice], bot={"status": "left"})
    seat = alice.at(away)
    query = await ask(seat)
    await api.ok("answerInlineQuery", inline_query_id=query, results=[article(reply_markup=BUTTON)], cache_time=60)
    sent = await seat.choose((await seat.type_inline("harbour")).results[0])
    updates = await api.ok("getUpdates")
    kinds = [(set(update) - {"update_id"}).pop() for update in updates]
    assert kinds == ["message", "inline_query", "chosen_inline_result"], "the bot is not in the chat"
    number = updates[-1]["chosen_inline_result"]["inline_message_id"]
    press = await seat.press(sent, "Start here")
    callback = await last(api, "callback_query")
    assert (callback["inline_message_id"], callback["data"], "message" in callback) == (number, "go", False)
    await api.ok("answerCallbackQuery", callback_query_id=callback["id"], text="On it")
    assert (await press.answer()).text == "On it"
    assert await api.ok("editMessageText", inline_message_id=number, text="Charging", reply_markup=BUTTON) is True
    assert (await away.messages())[-1].text == "Charging"
    again = await api.refused("editMessageText", inline_message_id=number, text="Charging", reply_markup=BUTTON)
    assert again.startswith("Bad Request: message is not modified")
    assert await api.refused("editMessageCaption", inline_message_id=number, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )
    assert await api.ok("editMessageReplyMarkup", inline_message_id=number) is True
    assert (await away.messages())[-1].buttons == []


async def test_without_inline_mode_nothing_can_be_typed(api, alice, telegram):
    await telegram.set_settings(inline=False)
    assert not (await api.ok("getMe"))["supports_inline_queries"]
    with pytest.raises(SandboxError, match="no inline mode"):
        await alice.type_inline("harbour")
    with pytest.raises(SandboxError, match="There is no result '1' to choose"):
        await telegram.request("POST", "chats/501/choose", {"query_id": "7", "result_id": "1"})
