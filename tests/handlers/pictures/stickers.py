"""Photos of stickers as drivers take them, made by code: turned, dark, far away, with a logo, blurred, and bombs."""

import struct
import zlib
from io import BytesIO
from random import Random

import segno
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter


def sticker(text, *, size=420, logo=False):
    """A white label with the code in it."""
    code = segno.make(text, error="h", micro=False)
    content = BytesIO()
    code.save(content, kind="png", scale=10, border=4)
    picture = Image.open(BytesIO(content.getvalue())).convert("L").resize((size, size), Image.Resampling.LANCZOS)
    if logo:
        middle, reach = size // 2, size // 12
        pen = ImageDraw.Draw(picture)
        pen.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), fill=90)
    return picture


def on_a_wall(*labels, width=1280, height=960, angle=0.0, seed=1):
    """Labels on a grainy grey wall, side by side, all turned."""
    dice = Random(seed)
    wall = Image.new("L", (width // 8, height // 8))
    wall.putdata([120 + dice.randint(-18, 18) for _ in range(wall.width * wall.height)])
    wall = wall.resize((width, height))
    room = width // len(labels)
    for number, label in enumerate(labels):
        turned = label.convert("LA").rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
        left = number * room + (room - turned.width) // 2
        wall.paste(turned.getchannel(0), (left, (height - turned.height) // 2), turned.getchannel(1))
    return wall


def at_night(picture):
    return ImageEnhance.Contrast(ImageEnhance.Brightness(picture).enhance(0.25)).enhance(0.6)


def blurred(picture, radius):
    return picture.filter(ImageFilter.GaussianBlur(radius))


def jpeg(picture, quality=80):
    content = BytesIO()
    picture.convert("RGB").save(content, "JPEG", quality=quality)
    return content.getvalue()


def png(picture):
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def bomb(width, height):
    """A PNG of a few kilobytes that says it is so large, all of it there."""
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
