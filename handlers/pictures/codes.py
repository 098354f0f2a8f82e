"""Codes in pictures: read here, in a thread of their own, one picture at a time. What a code says is never opened."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from handlers.pictures.safe import Unusable, opened

if TYPE_CHECKING:
    from PIL.Image import Image

KINDS: Final = "QRCode|MicroQRCode|DataMatrix"
WIDEST: Final = 2400
SMALL: Final = 1000
MOST_CODES: Final = 8
PATIENCE: Final = 8.0
"""Seconds that a picture may take; the sizes allowed need far less."""


class Reader:
    """Reads one picture after the other, so that many at once cost time and not memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def read(self, content: bytes) -> tuple[str, ...]:
        """The texts of the codes, each once; none if there is none that can be read.

        Raises:
            Unusable: it is no picture that we open, or it took too long.

        """
        async with self._turn:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await asyncio.to_thread(read_codes, content)
            except TimeoutError:
                raise Unusable("it took too long") from None


def read_codes(content: bytes) -> tuple[str, ...]:
    """As `Reader.read`, in the caller's thread."""
    import zxingcpp

    kinds = zxingcpp.barcode_formats_from_str(KINDS)
    for picture in _tries(opened(content, widest=WIDEST)):
        found = zxingcpp.read_barcodes(picture, formats=kinds)
        texts = dict.fromkeys(code.text for code in found if code.text)
        if texts:
            return tuple(texts)[:MOST_CODES]
    return ()


def _tries(picture: "Image") -> Iterator["Image"]:
    """As it is; with its contrast drawn out, as at night; larger, from afar; smoothed, against noise."""
    from PIL import Image, ImageFilter, ImageOps

    grey = ImageOps.exif_transpose(picture).convert("L")
    grey.thumbnail((WIDEST, WIDEST))
    yield grey
    clear = ImageOps.autocontrast(grey, cutoff=2)
    yield clear
    if max(grey.size) <= SMALL:
        width, height = (3 * side for side in grey.size)
        yield clear.resize((width, height), Image.Resampling.LANCZOS)
    yield clear.filter(ImageFilter.MedianFilter(3))
    yield ImageOps.equalize(grey).filter(ImageFilter.GaussianBlur(1.5))
