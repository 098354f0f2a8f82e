"""What a photo of a sticker led to, where it led to nothing; and the word of warning where it did."""

from handlers.cards.screen import Screen, lines, look_again
from handlers.texts import Html, Words


def no_code(words: Words) -> Screen:
    """What to do instead."""
    return Screen(
        lines(
            words("<b>I cannot find a QR code in this picture.</b>"),
            words("• Go closer: the code should fill half of the picture."),
            words("• More light, no glare, and hold the phone still."),
            words("• Or type the identifier beside the code."),
        )
    )


def unusable(words: Words) -> Screen:
    return Screen(
        lines(
            words("<b>I cannot open this picture.</b>"),
            words("Please send it as a photo, not as a file, or type the identifier on the connector."),
        )
    )


def not_fetched(words: Words) -> Screen:
    return Screen(words("Your picture did not arrive. Please send it again, or type the identifier on the connector."))


def unknown_code(words: Words) -> Screen:
    return Screen(
        lines(
            words("<b>I know no connector by this code.</b> I have not opened it, and neither should you."),
            words("A sticker can be false: look at the label of the station itself and type its identifier."),
        ),
        ((look_again(words),),),
    )


def unknown_link(words: Words) -> Screen:
    """Neutral: it does not tell whether there ever was such a thing."""
    return Screen(words("This link leads to no connector that I know."), ((look_again(words),),))


def from_a_photo(words: Words) -> Html:
    return words("<i>Read from your photo. A sticker can be false: compare with the station's own label.</i>")


def far_from_you(words: Words, metres: float) -> Html:
    """A sticker that names a connector elsewhere was put where it does not belong, or read from a picture."""
    return words(
        "⚠ <b>This code belongs to a connector {distance} from where you are.</b> Compare it with the label there.",
        distance=words.distance(metres),
    )
