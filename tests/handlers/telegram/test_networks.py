from dataclasses import replace
from datetime import date

from bot.domain.catalogue import Network, Profile
from bot.domain.ids import LocationId, Party
from bot.ports import UnitOfWork
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town
from tests.samples import CITY, PARTY, a_partner

CITY_POWER = Network(PARTY, "City Power", date(2026, 3, 1), profile=Profile("E1", where_printed=(("", "On top."),)))


async def connect(t, *parties):
    def work(uow: UnitOfWork) -> None:
        uow.partners.save(a_partner(CITY, parties=parties))
        uow.networks.save(CITY_POWER)

    await t.database.write(work)


async def test_the_networks_are_listed_searched_and_shown():
    async with town() as t:
        await connect(t, PARTY)
        ana = await t.driver()
        await ana.say("/networks")
        listed = await ana.wait_message("1 network")
        assert "City Power · Netherlands" in listed.text
        await ana.press(listed, "Search")
        await ana.wait_message("Type the name of a network or of a country.")
        await ana.say("atlantis")
        none = await ana.wait_message("No network fits atlantis.")
        await ana.press(none, "All networks")
        await ana.say("/networks netherlands")
        found = await ana.wait_message("1 network fits netherlands")
        await ana.press(found, "City Power")
        page = await ana.wait_message("Last updated on 1 Mar 2026.", where=lambda m: m.id == found.id)
        await ana.press(page, "Where do I find it?")
        picture = await ana.wait_message("At City Power: On top.", where=lambda m: m.kind == "photo")
        await ana.press(picture, "Close the picture")
        await ana.wait_for(lambda chat: chat["messages"][-1]["id"] == page.id, 5)
        await ana.press(page, "« All networks")
        await ana.wait_message("1 network", where=lambda m: m.id == found.id)


async def test_looking_at_networks_keeps_the_drivers_place():
    async with town() as t:
        await connect(t, PARTY)
        ana = await t.driver()
        await ana.say(STICKER)
        await ana.press(await ana.wait_message("Does the station say this?"), "No, something else")
        await ana.wait_message("Please type what the station says")
        await ana.say("/networks")
        await ana.wait_message("1 network")
        await ana.say("57-1")
        await ana.wait_message("Does the station say this?", where=lambda m: "NL*CIT*E3257*1" in m.text)


async def test_a_search_that_was_left_takes_no_identifier_for_a_name():
    async with town() as t:
        await connect(t, PARTY)
        ana = await t.driver()
        await ana.say("/networks")
        await ana.press(await ana.wait_message("1 network"), "Search")
        await ana.press(await ana.wait_message("Type the name"), "« All networks")
        await ana.wait_message("1 network")
        await ana.say(STICKER)
        await ana.wait_message("Does the station say this?")


async def test_without_any_network_that_is_said():
    async with town() as t:
        ana = await t.driver()
        await ana.say("/networks")
        await ana.wait_message("No network is connected yet.")


async def test_a_network_that_is_switched_off_is_not_listed():
    async with town() as t:
        await connect(t, PARTY)
        await t.database.write(lambda uow: uow.networks.save(replace(CITY_POWER, enabled=False)))
        ana = await t.driver()
        await ana.say("/networks")
        await ana.wait_message("No network is connected yet.")


async def test_only_one_network_is_shown_until_all_are_wanted_again():
    async with town() as t:
        await connect(t, PARTY)
        await t.change_station(location_id=LocationId("LOC2"), name="Elsewhere", party=Party.of("DE", "ABC"))
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message("Elsewhere")
        await ana.press(found, "Filters")
        await ana.press(await ana.wait_message("Network: any"), "Choose a network")
        await ana.press(await ana.wait_message("City Power"), "City Power")
        await ana.press(await ana.wait_message("Last updated on 1 Mar 2026."), "Only this network")
        card = await ana.wait_message("Network: City Power")
        await ana.press(card, "Show the list")
        listed = await ana.wait_message("Filters: network City Power")
        assert "Market square" in listed.text
        assert "Elsewhere" not in listed.text
        await ana.press(listed, "Filters")
        await ana.press(await ana.wait_message("Network: City Power"), "✓ City Power")
        await ana.press(await ana.wait_message("Network: any"), "Show the list")
        await ana.wait_message("Elsewhere")
