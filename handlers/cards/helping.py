"""/help: the ten steps of a charge, and where to go when one of them fails."""

from datetime import datetime

from bot.services.contacts import Hotline
from handlers.cards.networks import support_hours
from handlers.cards.screen import Press, Screen, lines
from handlers.texts import Words


def help_card(words: Words, hotline: Hotline, now: datetime) -> Screen:
    text = lines(
        words("<b>Ten steps to charge</b>"),
        words("1. Send your location, a place, or what the connector says."),
        words("2. Keep the filter on that shows only stations you can start from here."),
        words("3. Choose a station that can be started from this chat."),
        words("4. Press “Charge here”."),
        words("5. Choose your connector, and check that the station says the same."),
        words("6. Connect the cable, when the station wants that first. Its own instructions count."),
        words("7. Check the price and press “Start charging”."),
        words("8. Follow the charge on its card; /start brings it back. Late data does not mean that nothing started."),
        words("9. Press “Stop charging” and confirm. It may take a few moments."),
        words("10. Unplug your cable. Where time is billed, the bill runs until the cable is out."),
        "",
        words("Is something wrong? Choose below."),
        words("Our hotline: {hotline}", hotline=hotline.number) if hotline.number else None,
        *(support_hours(words, hotline.hours, now) if hotline.number and hotline.hours else ()),
    )
    return Screen(
        text,
        (
            (_to(str(words("Not started")), "trouble.start"), _to(str(words("It does not stop")), "trouble.stop")),
            (_to(str(words("Charging, but…")), "trouble.running"), _to(str(words("Cable is stuck")), "trouble.stuck")),
            (_to(str(words("Find the number")), "help.where"),),
            (_to(str(words("Talk to a human")), "help.person"),),
        ),
    )


def where_card(words: Words) -> Screen:
    """Under our picture of the four places; its button takes it away again."""
    text = lines(
        words("<b>Where is the number of a connector?</b>"),
        words("Look for a sticker or a plate beside the socket, at the holder of the cable, or on the display."),
        words(
            "It looks like NL*ABC*E1234*1, or is just its last part, such as 1234-1. Every network prints it its way."
        ),
        words("Type it here as it is printed, or send a photo of the QR code beside it."),
    )
    return Screen(text, ((_to(str(words("Close the picture")), "networks.looked"),),))


def _to(text: str, action: str) -> Press:
    return Press(text, action, ttl=None)
