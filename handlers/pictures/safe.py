"""Opening pictures that strangers made: what is too large or not what it says is refused before it is unpacked."""

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

BIGGEST_FILE: Final = 8 << 20
MOST_PIXELS: Final = 24_000_000
"""A photo reaches us with 5 megapixels at most; a picture sent as a file may have up to these, 100 MB unpacked."""

LONGEST_SIDE: Final = 12_000
KINDS: Final = ("JPEG", "PNG", "WEBP")

BIGGEST_HELP: Final = 1 << 20
MOST_HELP_SIDES: Final = 10_000
"""Width and height together that Telegram takes of a photo."""

MOST_HELP_RATIO: Final = 20


class Unusable(Exception):
    """This is no picture that we open: too large, broken, or of another kind."""


def opened(content: bytes, *, kinds: tuple[str, ...] = KINDS, widest: int | None = None) -> "Image":
    """The picture, unpacked, in grey or colour as it is; a JPEG wider than `widest` is unpacked smaller.

    Raises:
        Unusable: before anything large was unpacked.

    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > BIGGEST_FILE:
        raise Unusable("the file is too large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=kinds)
            _check_size(*picture.size)
            if widest is not None and picture.format == "JPEG":
                picture.draft("L", (widest, widest))
            picture.load()
    except Unusable:
        raise
    except UnidentifiedImageError:
        raise Unusable("it is no JPEG, PNG or WebP") from None
    except Exception as error:  # noqa: BLE001  a decoder of foreign bytes may raise anything
        raise Unusable(f"it is broken ({type(error).__name__})") from None
    return picture


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE or min(width, height) == 0:
        raise Unusable("it has too many pixels")


def picture_trouble(content: bytes) -> str | None:
    """Why a picture for drivers is not taken, as the end of a sentence."""
    if len(content) > BIGGEST_HELP:
        return f"is larger than {BIGGEST_HELP >> 20} MB: make it smaller"
    try:
        width, height = opened(content, kinds=("JPEG", "PNG")).size
    except Unusable as error:
        return f"cannot be used, {error}: write it as a JPEG or PNG"
    if width + height > MOST_HELP_SIDES or max(width, height) > MOST_HELP_RATIO * min(width, height):
        return "is too wide or too high for a message: cut it to a photo's shape"
    return None
