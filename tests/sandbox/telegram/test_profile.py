"""How the bot presents itself: names, descriptions, menu buttons and commands, by language, person and scope."""

import pytest

from sandbox.telegram.people import SandboxError

MAP = {"type": "web_app", "text": "Map", "web_app": {"url": "https://example.com/"}}


async def test_names_and_descriptions_are_kept_by_language_and_people_see_their_own(api, telegram, alice):
    bernd = await telegram.person("Bernd", language="de-AT")
    await api.ok("setMyDescription", description="Charge anywhere")
    await api.ok("setMyDescription", description="Laden überall", language_code="de")
    await api.ok("setMyShortDescription", short_description="Charging")
    await api.ok("setMyName", name="Lader", language_code="de")
    assert await api.ok("getMyDescription", language_code="de") == {"description": "Laden überall"}
    assert await api.ok("getMyDescription", language_code="fr") == {"description": ""}
    assert await api.ok("getMyShortDescription") == {"short_description": "Charging"}
    assert await api.ok("getMyName") == {"name": "Bot 1001"}
    seen = [(await person.chat())["bot"] for person in (alice, bernd)]
    assert [(bot["name"], bot["description"]) for bot in seen] == [
        ("Bot 1001", "Charge anywhere"),
        ("Lader", "Laden überall"),
    ]
    await api.ok("setMyDescription", language_code="de")
    assert (await bernd.chat())["bot"]["description"] == "Charge anywhere"


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("setMyName", {"name": "n" * 65}),
        ("setMyDescription", {"description": "d" * 513}),
        ("setMyShortDescription", {"short_description": "s" * 121}),
    ],
)
async def test_too_long_a_text_about_oneself_is_refused(method, args, api):
    assert (await api.refused(method, **args)).endswith("_TOO_LONG")


async def test_a_menu_button_is_for_everybody_or_one_person(api, alice, telegram):
    bob = await telegram.person("Bob")
    assert await api.ok("getChatMenuButton") == {"type": "commands"}
    assert await api.ok("getChatMenuButton", chat_id=alice.id) == {"type": "default"}
    await api.ok("setChatMenuButton", menu_button={"type": "commands"})
    await api.ok("setChatMenuButton", chat_id=alice.id, menu_button=MAP)
    assert [(await person.chat())["bot"]["menu_button"] for person in (alice, bob)] == [MAP, {"type": "commands"}]
    await api.ok("setChatMenuButton", chat_id=alice.id)
    assert (await alice.chat())["bot"]["menu_button"] == {"type": "commands"}


async def test_the_narrowest_of_seven_scopes_is_offered(api, alice, telegram):
    agent = await telegram.person("Agent", language="en")
    group = await telegram.forum("Support", members=[agent, alice])
    scopes = [
        {"type": "default"},
        {"type": "all_private_chats"},
        {"type": "all_group_chats"},
        {"type": "all_chat_administrators"},
        {"type": "chat", "chat_id": group.id},
        {"type": "chat_administrators", "chat_id": group.id},
        {"type": "chat_member", "chat_id": group.id, "user_id": alice.id},
    ]
    for scope in scopes:
        await api.ok("setMyCommands", commands=[{"command": scope["type"], "description": "d"}], scope=scope)

    async def offered(view):
        return (await view)["commands"][0]["command"]

    assert await offered(alice.chat()) == "all_private_chats"
    assert [await offered(group.view(viewer)) for viewer in (agent, alice)] == ["chat_administrators", "chat_member"]
    await api.ok("deleteMyCommands", scope=scopes[6])
    await api.ok("deleteMyCommands", scope=scopes[5])
    assert await offered(group.view(agent)) == "chat"
    await api.ok("deleteMyCommands", scope=scopes[4])
    assert [await offered(group.view(viewer)) for viewer in (agent, alice)] == [
        "all_chat_administrators",
        "all_group_chats",
    ]


async def test_nobody_has_a_picture(api, alice):
    assert await api.ok("getUserProfilePhotos", user_id=alice.id) == {"total_count": 0, "photos": []}


async def test_a_mini_app_hands_its_data_to_the_bot(api, alice):
    button = {"text": "Map", "web_app": {"url": "https://example.com"}}
    await api.ok("sendMessage", chat_id=alice.id, text="x", reply_markup={"keyboard": [[button]]})
    await alice.send_web_app_data("Map", "evse-42")
    heard = (await api.ok("getUpdates"))[-1]["message"]
    assert heard["web_app_data"] == {"button_text": "Map", "data": "evse-42"}
    with pytest.raises(SandboxError, match="no button 'Find'"):
        await alice.send_web_app_data("Find", "x")
    with pytest.raises(SandboxError, match="1 to 4096 bytes"):
        await alice.send_web_app_data("Map", "é" * 2049)
