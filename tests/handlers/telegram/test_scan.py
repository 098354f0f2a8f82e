from dataclasses import replace

import pytest

from bot.domain.ids import ConnectorId, EvseUid, LocationId
from bot.domain.links import evse_payload
from bot.domain.station import Connector
from handlers.telegram.driver.link import address
from tests.handlers.pictures.stickers import blurred, bomb, jpeg, on_a_wall, png, sticker
from tests.handlers.telegram.at_the_door import STICKER, town
from tests.samples import a_station, an_evse

NEIGHBOURS = "NL*CIT*E3257*1"
DO_INSTEAD = "Go closer"


async def send(person, picture, kind="photo", name="sticker.jpg"):
    return await person.send_file(kind, picture, name)


def a_photo(*texts):
    return jpeg(on_a_wall(*map(sticker, texts), angle=7))


@pytest.mark.parametrize("kind", ["photo", "document"])
@pytest.mark.parametrize(
    "text",
    [
        STICKER,
        f"https://cpo.example/start?evse={STICKER}",
        "nl-cit-e3256-1",
        address("town_bot", evse_payload(an_evse()) or ""),
    ],
)
async def test_a_photo_of_a_sticker_asks_about_its_connector(text, kind):
    async with town() as t:
        ana = await t.driver()
        await send(ana, a_photo(text), kind)
        question = await ana.wait_message("Does the station say this?")
        assert STICKER in question.text
        assert "A sticker can be false" in question.text
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price", where=lambda m: m.has_button("⚡ Start charging"))
        assert await t.charges(ana) == []


async def test_of_two_codes_in_one_picture_one_is_chosen():
    async with town() as t:
        ana = await t.driver()
        await send(ana, a_photo(STICKER, NEIGHBOURS))
        listed = await ana.wait_message("Which one?")
        await ana.press(listed, listed.button_like(NEIGHBOURS))
        await ana.wait_message("Does the station say this?", where=lambda m: NEIGHBOURS in m.text)


async def test_a_sticker_shared_by_two_plugs_is_told_apart_by_the_plug():
    async with town() as t:
        ccs = Connector(ConnectorId("2"), "IEC_62196_T2_COMBO", cable=True)
        await t.change_station(evses=(an_evse(connectors=(*an_evse().connectors, ccs)),))
        ana = await t.driver()
        await send(ana, a_photo(STICKER))
        listed = await ana.wait_message("Which one?")
        await ana.press(listed, listed.button_like("CCS cable"))
        await ana.wait_message("this is about the CCS cable")


@pytest.mark.parametrize(
    "text", ["https://evil.example/pay", "WIFI:S:cafe;;", "NL*XXX*E9*1", "256", "https://t.me/town_bot?start=s-AAAA"]
)
async def test_a_code_that_is_none_of_ours_is_answered_neutrally_and_never_shown_as_a_link(text):
    async with town() as t:
        ana = await t.driver()
        await send(ana, a_photo(text))
        answer = await ana.wait_message("I know no connector by this code.")
        assert "A sticker can be false" in answer.text
        assert text not in answer.text


@pytest.mark.parametrize(
    ("picture", "kind", "said"),
    [
        (jpeg(on_a_wall(sticker(STICKER, size=8))), "photo", DO_INSTEAD),
        (jpeg(blurred(on_a_wall(sticker(STICKER)), 16)), "photo", DO_INSTEAD),
        (a_photo(STICKER)[:4000], "photo", "I cannot open this picture."),
        (bomb(11_000, 11_000), "document", "I cannot open this picture."),
        (bomb(60_000, 60_000)[:2000], "photo", "I cannot open this picture."),
    ],
)
async def test_what_cannot_be_read_is_answered_with_what_to_do_and_loses_nothing(picture, kind, said):
    async with town() as t:
        ana = await t.driver()
        await ana.say(STICKER)
        question = await ana.wait_message("Does the station say this?")
        await send(ana, picture, kind, "sticker.png")
        await ana.wait_message(said)
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price", where=lambda m: m.id == question.id)


async def test_of_an_album_every_photo_is_read_and_those_without_a_code_are_answered_once():
    nothing, of_others = jpeg(on_a_wall(sticker(STICKER, size=8))), a_photo("NL*XXX*E9*1")
    async with town() as t:
        ana = await t.driver()
        for picture in (nothing, of_others, a_photo(STICKER), nothing):
            await ana.send_file("photo", picture, album="1")
        await ana.wait_message("Does the station say this?", where=lambda m: STICKER in m.text)
        await ana.send_file("photo", of_others, album="2")
        await ana.wait_message("I know no connector by this code.")
        told = [m.text for m in await ana.messages() if not m.own]
        assert len([text for text in told if DO_INSTEAD in text]) == 1
        assert len([text for text in told if "I know no connector by this code." in text]) == 1
        assert len([text for text in told if "Does the station say this?" in text]) == 1


async def test_a_file_that_telegram_does_not_hand_over_is_asked_for_again():
    async with town() as t:
        ana = await t.driver()
        await t.people.fault("500", method="getFile", times=9)
        await send(ana, a_photo(STICKER))
        await ana.wait_message("Your picture did not arrive.")


async def test_a_photo_instead_of_typing_what_the_station_says():
    async with town() as t:
        ana = await t.driver()
        await ana.say(STICKER)
        await ana.press(await ana.wait_message("Does the station say this?"), "No, something else")
        await ana.wait_message("or send a photo of its QR code")
        await send(ana, png(sticker(NEIGHBOURS)))
        await ana.wait_message("Does the station say this?", where=lambda m: NEIGHBOURS in m.text)


async def test_one_sticker_at_two_stations_is_told_apart_by_the_place():
    async with town() as t:
        other = a_station(location_id=LocationId("LOC2"), name="Coast road", evses=(an_evse(EvseUid("3256")),))
        await t.stations.receive([replace(other, last_updated=t.clock.now())])
        ana = await t.driver()
        await send(ana, a_photo(STICKER))
        listed = await ana.wait_message("Which one?")
        assert listed.button_like("Coast road")


async def test_a_sticker_of_a_connector_far_from_the_driver_is_warned_of():
    async with town() as t:
        ana = await t.driver()
        for place, warned in (((52.37, 4.90), False), ((52.10, 5.10), True)):
            await ana.share_location(*place)
            await ana.wait_message("Nearest stations" if not warned else "")
            await send(ana, a_photo(STICKER))
            question = await ana.wait_message("Does the station say this?")
            assert ("This code belongs to a connector" in question.text) is warned
