"""A busy place: asked to be told, told, and straight to the question of the connector."""

from dataclasses import replace

from bot.domain.station import Status
from tests.handlers.telegram.at_the_door import STICKER, town
from tests.samples import a_station


def with_status(status: Status):
    station = a_station()
    return replace(station, evses=tuple(replace(evse, status=status) for evse in station.evses))


async def test_who_is_told_that_it_is_free_is_one_tap_from_its_question():
    async with town() as t:
        ana = await t.driver()
        await t.stations.receive([with_status(Status.CHARGING)])
        await ana.say(STICKER)
        await ana.press(await ana.wait_message("Does the station say this?"), "Tell me when free")
        shown = await ana.wait_message("I will tell you when it is free")
        assert "Nobody holds it for you" in shown.text
        await ana.press(shown, "8 h")
        await t.stations.change(a_station().id, lambda _: with_status(Status.AVAILABLE))
        told = await ana.wait_message("It is free now.", where=lambda m: m.id > shown.id)
        assert told.buzz
        assert "Nobody holds it for you" in told.text
        await ana.press(told, "⚡ Charge here")
        await ana.wait_message("Does the station say this?", where=lambda m: m.id == told.id)


async def test_what_is_waited_for_is_listed_under_favourites_and_called_off_with_one_tap():
    async with town() as t:
        ana = await t.driver()
        await t.stations.receive([with_status(Status.CHARGING)])
        await ana.say(STICKER)
        await ana.press(await ana.wait_message("Does the station say this?"), "Tell me when free")
        await ana.wait_message("I will tell you when it is free")
        await ana.say("/favourites")
        await ana.press(await ana.wait_message("You have none yet"), "🔔 Alerts (1)")
        listed = await ana.wait_message("I tell you when these are free")
        await ana.press(listed, f"✕ {STICKER}")
        await ana.wait_message("I watch no place for you at the moment.")
        await t.stations.change(a_station().id, lambda _: with_status(Status.AVAILABLE))
        await ana.say("/alerts")
        await ana.wait_message("I watch no place", where=lambda m: m.id > listed.id)
        assert not [m for m in await ana.messages() if "It is free now" in m.text]
