"""A visitor's photo of a sticker: the code that is printed on it, as a picture for the chat."""

from io import BytesIO
from typing import Any

SIDE = 480
MARGIN = 48


def photographed(identifier: str) -> bytes:
    """A PNG of a QR code that says this."""
    import zxingcpp
    from PIL import Image

    code: Any = zxingcpp.create_barcode(identifier, zxingcpp.BarcodeFormat.QRCode)
    modules = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=8))
    picture = Image.new("L", (SIDE, SIDE), 255)
    picture.paste(modules.resize((SIDE - 2 * MARGIN, SIDE - 2 * MARGIN), Image.Resampling.NEAREST), (MARGIN, MARGIN))
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
