"""The chart of a charge, on request: a picture, with its numbers in words."""

from telegram import Update

from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId
from bot.domain.watch.readings import powers
from handlers.cards.chart import caption, nothing_yet, title
from handlers.telegram.drawing import Plot, drawn
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, words_for
from handlers.telegram.wire.outgoing import FileKind


async def show(update: Update, context: DriverContext) -> None:
    """Drawn beside the loop, so that nobody else waits for it."""
    del update
    look = await context.services.following.look(ChargeId(context.button.subject))
    words = words_for(context)
    if look is None or look.charge.driver_id != context.driver_id:
        await tell_refusal(context, Refused(Why.NOT_YOURS))
        return
    charge = look.charge
    readings = await context.services.following.readings(charge.id)
    if not readings:
        await say(context, nothing_yet(words))
        return
    plot = Plot(
        energy=[(reading.at, reading.kwh) for reading in readings],
        power=powers(readings),
        zone=words.at(charge.place.time_zone).zone,
        title=title(charge),
        energy_label=str(words("Energy (kWh)")),
        power_label=str(words("Power (kW)")),
    )
    context.answer_soon()
    picture = await drawn(plot)
    text = caption(words, charge, readings)
    await context.outgoing.send_file(context.chat_id, FileKind.PHOTO, "charge.png", picture, text, silent=True)
