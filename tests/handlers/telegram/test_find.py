from dataclasses import replace
from datetime import date, timedelta

from bot.domain.catalogue import Network
from bot.domain.hours import Hours, Span
from bot.domain.ids import EvseUid, LocationId
from bot.domain.station import Connector, Status
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town
from tests.samples import PARTY, a_station, an_evse

NO_REMOTE = {"capabilities": frozenset()}


async def test_the_list_can_show_all_stations_and_go_back():
    async with town() as t:
        await t.change_station(
            location_id=LocationId("LOC2"), name="Card only", evses=(an_evse(EvseUid("9"), **NO_REMOTE),)
        )
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message("Nearest stations")
        assert not any("Card only" in text for row in found.buttons for text in row)
        await ana.press(found, "Show all stations")
        found = await ana.wait_message("Card or terminal only")
        await ana.press(found, found.button_like("Card only"))
        card = await ana.wait_message("Not startable from this chat")
        assert not card.has_button("⚡ Charge here")
        await ana.press(card, "« Back to the list")
        found = await ana.wait_message("Card or terminal only")
        await ana.press(found, "Only startable here")
        await ana.wait_message("that you can start from this chat")


async def test_nothing_near_is_said():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(-40.0, 170.0)
        nothing = await ana.wait_message("I know no station within 80 km of there")
        await ana.press(nothing, "Show all stations")
        await ana.wait_message("I know no charging station within 80 km of there.")


async def test_where_the_driver_stands_is_remembered_coarsely():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(52.370_123, 4.900_456)
        await ana.wait_message("Nearest stations")
        dialogues = await t.database.read(lambda uow: uow.dialogues.load([str(ana.id)]))
        assert dialogues[str(ana.id)].memory["point"] == [52.37, 4.9]


async def test_refresh_asks_the_operator_itself():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message("Nearest stations")
        await ana.press(found, "1. Market square")
        card = await ana.wait_message("Market 1")
        busy = a_station(
            evses=(an_evse(status=Status.CHARGING, last_updated=t.clock.now()),), last_updated=t.clock.now()
        )
        t.gateway.stations[busy.id] = replace(busy, heard_at=t.clock.now())
        await ana.press(card, "Refresh")
        await ana.wait_message("in use, told just now")


async def test_a_station_comes_as_a_pin_that_opens_the_drivers_own_map():
    async with town() as t:
        await t.change_station(name="Market <b>square", address="", city="")
        city = Network(PARTY, "City Charging", date(2026, 3, 1), hotline="+31 20 555 0188")
        await t.database.write(lambda uow: uow.networks.save(city))
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message("Nearest stations")
        await ana.press(found, "1. Market <b>square")
        card = await ana.wait_message("Hotline of the network City Charging:\n+31205550188")
        await ana.press(card, "Map pin")
        pin = await ana.wait_message(where=lambda m: m.kind == "venue")
        venue = pin.raw["venue"]
        assert (venue["title"], venue["address"]) == ("Market <b>square", "52.37, 4.9")
        assert (venue["location"]["latitude"], venue["location"]["longitude"]) == (52.37, 4.9)
        await t.change_station(published=False)
        await ana.press(card, "Map pin")
        await ana.wait_message("This station is no longer in the network.")


async def test_a_closed_station_says_when_it_opens_and_is_started_all_the_same():
    async with town() as t:
        now = t.clock.now()
        works = Hours(closings=(Span(now - timedelta(hours=1), now + timedelta(hours=1)),))
        await t.change_station(twentyfourseven=True, hours=works)
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        await ana.press(await ana.wait_message("Nearest stations"), "1. Market square")
        card = await ana.wait_message("Closed now, opens ")
        await ana.press(card, "⚡ Charge here")
        await ana.wait_message("Which connector at Market square?")


async def test_a_station_that_is_gone_is_said_with_a_way_on():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message("Nearest stations")
        await t.change_station(published=False)
        await ana.press(found, "1. Market square")
        gone = await ana.wait_message("This station is no longer in the network.")
        await ana.press(gone, "Look for a station")
        await ana.wait_message("Where is your car?")


async def test_back_without_a_list_asks_where_the_car_is():
    async with town() as t:
        ana = await t.driver()
        await ana.say(STICKER)
        question = await ana.wait_message("Does the station say this?")
        await ana.press(question, "« Back")
        choice = await ana.wait_message("Which connector")
        await ana.press(choice, "« Back")
        card = await ana.wait_message("Market 1")
        await ana.press(card, "« Back to the list")
        await ana.wait_message("Where is your car?")


async def test_what_fits_several_connectors_is_asked_and_any_of_them_can_be_chosen():
    ccs = Connector("2", "IEC_62196_T2_COMBO", cable=True)
    async with town() as t:
        await t.change_station(evses=(an_evse(connectors=(*an_evse().connectors, ccs)),))
        ana = await t.driver()
        await ana.say(STICKER)
        several = await ana.wait_message("Several connectors fit NL*CIT*E3256*1. Which one?")
        await ana.press(several, f"{STICKER} · CCS cable")
        await ana.wait_message("CCS cable, unknown power, at Market square")


async def test_a_connector_that_cannot_be_started_is_said_at_once_and_not_at_the_end():
    async with town() as t:
        await t.change_station(evses=(an_evse(**NO_REMOTE),))
        ana = await t.driver()
        await ana.say(STICKER)
        no = await ana.wait_message("This connector cannot be started from here")
        assert no.has_button("Look for a station")


async def test_hostile_words_are_only_words():
    async with town() as t:
        ana = await t.driver()
        for words in ("<b>x</b>&", "{0}{name}", "\u202eabc", "😀" * 2000, "%s", "a" * 4096):
            await ana.say(words)
            await ana.wait_message("I know no connector")


async def test_an_operator_whose_ids_are_strange_can_be_used_all_the_same():
    strange = an_evse(EvseUid("a\nb|<i>😀"), evse_id=STICKER, connectors=(Connector('1"\n\\', "CHADEMO"),) * 1)
    async with town() as t:
        await t.change_station(
            location_id=LocationId("<L>\n1"), evses=(strange, an_evse(EvseUid("z"))), name="<b>x</b>&\u202e"
        )
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message(
            "Nearest stations", where=lambda m: m.has_button("2. <b>x</b>&") or m.has_button("1. <b>x</b>&")
        )
        await ana.press(found, found.button_like("<b>x</b>&"))
        card = await ana.wait_message("<b>x</b>&")
        await ana.press(card, "⚡ Charge here")
        choice = await ana.wait_message("Which connector at <b>x</b>&?")
        await ana.press(choice, choice.button_like("CHAdeMO"))
        await ana.wait_message("Does the station say this?")


async def test_a_name_or_an_address_finds_the_station():
    async with town() as t:
        ana = await t.driver()
        await ana.say("Market sqare")
        found = await ana.wait_message("Stations by that name")
        await ana.press(found, "1. Market square")
        await ana.wait_message("Market 1")


async def test_long_lists_are_shown_five_at_a_time_in_one_message():
    async with town() as t:
        for n in range(11):
            await t.stations.receive(
                [a_station(location_id=LocationId(f"M{n:02}"), name=f"Mill {n:02}", address="Way 1")]
            )
        ana = await t.driver()
        await ana.say("Mill")
        first = await ana.wait_message("1. Mill 00")
        assert "6. " not in first.text
        await ana.press(first, "Show more")
        second = await ana.wait_message("6. Mill 05", where=lambda m: m.id == first.id)
        await ana.press(second, "Show more")
        last = await ana.wait_message("11. Mill 10", where=lambda m: m.id == first.id)
        assert not last.has_button("Show more")
        await ana.share_location(*HARBOUR)
        near = await ana.wait_message("Nearest stations", where=lambda m: m.has_button("Show more"))
        assert near.text.count("Start from this chat") == 5
        await ana.press(near, "Show more")
        more = await ana.wait_message("6. ", where=lambda m: m.id == near.id)
        assert "1. " not in more.text.replace("11. ", "").replace("21. ", "")
        await ana.press(more, "Show more")
        await ana.wait_message("11. ", where=lambda m: m.id == near.id)
