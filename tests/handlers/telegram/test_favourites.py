"""Coming back: a favourite leads to the question of its connector in one tap, in any language."""

from bot.domain.ids import LocationId
from handlers.locales import LANGUAGES
from handlers.telegram.driver.start import FAVOURITES
from handlers.texts import Words
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town
from tests.samples import an_evse


async def test_a_favourite_connector_is_one_tap_from_its_question():
    async with town() as t:
        ana = await t.driver()
        await ana.say(STICKER)
        await ana.press(await ana.wait_message("Does the station say this?"), "★ Add favourite")
        await ana.start()
        places = await ana.wait_message("Or charge where you have been before")
        await ana.press(places, places.buttons[0][0])
        await ana.wait_message("Does the station say this?", where=lambda m: m.id >= places.id)


async def test_the_key_for_favourites_is_understood_in_every_language_and_one_can_be_removed():
    async with town() as t:
        ana = await t.driver()
        await ana.say(STICKER)
        await ana.press(await ana.wait_message("Does the station say this?"), "★ Add favourite")
        seen = 0
        for language in LANGUAGES:
            await ana.say(str(Words(language)(FAVOURITES)))
            shown = await ana.wait_message(
                STICKER, where=lambda m, seen=seen: m.id > seen and m.has_button("Remove one")
            )
            seen = shown.id
        await ana.press(shown, "Remove one")
        asked = await ana.wait_message("Which one shall I remove?")
        await ana.press(asked, asked.buttons[0][0])
        await ana.wait_message("You have none yet.")


async def test_filters_are_remembered_and_said_above_the_list():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        await ana.press(await ana.wait_message("Nearest stations"), "Filters")
        card = await ana.wait_message("What shall I show?")
        await ana.press(card, "Free now")
        card = await ana.wait_message("Only free now: yes")
        await ana.press(card, "Show the list")
        await ana.wait_message("Filters: free now")
        await ana.share_location(*HARBOUR)
        await ana.wait_message("Filters: free now", where=lambda m: m.id > card.id)


async def test_only_stations_with_accessible_parking_are_shown_when_that_is_asked():
    async with town() as t:
        reserved = an_evse(parking_restrictions=("DISABLED",))
        await t.change_station(location_id=LocationId("LOC2"), name="Step-free", evses=(reserved,))
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        await ana.press(await ana.wait_message("Nearest stations"), "Filters")
        await ana.press(await ana.wait_message("What shall I show?"), "Accessible parking")
        card = await ana.wait_message("Only with accessible parking: yes")
        assert card.has_button("✓ Accessible parking")
        await ana.press(card, "Show the list")
        found = await ana.wait_message("Filters: accessible parking")
        assert "Step-free" in found.text
        assert "Market square" not in found.text
