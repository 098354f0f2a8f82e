"""Where a driver stands is known coarsely and for a quarter of an hour, whatever they do meanwhile."""

from datetime import timedelta
from functools import partial

from bot.app import KEEP_PLACES, TIDY_EVERY, _forget
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town


async def memory(t, ana):
    """The answers that are kept of this chat."""
    dialogues = await t.database.read(lambda uow: uow.dialogues.load([str(ana.id)]))
    return dict(dialogues[str(ana.id)].memory)


async def tidy_after(t, span):
    await t.database.write(partial(_forget, now=t.clock.now() + span))


async def test_a_shared_location_is_coarse_and_gone_after_a_quarter_of_an_hour():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        card = await ana.wait_message("Nearest stations")
        held = await memory(t, ana)
        assert held["point"] == [round(part, 3) for part in HARBOUR]
        await tidy_after(t, KEEP_PLACES - timedelta(minutes=1))
        assert "point" in await memory(t, ana)
        await tidy_after(t, KEEP_PLACES + timedelta(seconds=1))
        assert not {"point", "point_at"} & set(await memory(t, ana))
        assert KEEP_PLACES + timedelta(seconds=TIDY_EVERY) <= timedelta(minutes=15)
        assert card.text


async def test_going_on_does_not_make_it_younger():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        await ana.wait_message("Nearest stations")
        since = (await memory(t, ana))["point_at"]
        t.let_pass(300)
        await ana.say(STICKER)
        await ana.wait_message(STICKER)
        held = await memory(t, ana)
        assert held.get("point_at", since) == since
