"""The four places where an identifier can be printed, drawn by us: beside the plug, display, side plate, on the plug.

`python -m handlers.pictures.places` draws it anew into the PNG beside this file, which is what drivers are sent. There
are no words in it but digits, so it needs no translation.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

FILE: Final = Path(__file__).with_name("places.png")
NUMBER: Final = "0421-1"
PANEL: Final = 560
GAP: Final = 24
FINER: Final = 2
"""Drawn so many times larger and then made smaller, for smooth edges."""

PAPER, SKY, GROUND = "#ffffff", "#e6f0f7", "#cfdde6"
BODY, SHADE, DARK, LIGHT = "#3b4f63", "#2c3c4c", "#1d2833", "#f7fafc"
MARK, GLOW, SCREEN_GREEN = "#f08a00", "#ffe2b8", "#8ff0b4"

Box = tuple[float, float, float, float]


@cache
def four_places() -> bytes:
    """The picture as a PNG."""
    return FILE.read_bytes()


def draw_four_places() -> "Image":
    """The picture, drawn anew."""
    from PIL import Image

    side = 2 * PANEL + 3 * GAP
    whole = Image.new("RGB", (side * FINER, side * FINER), PAPER)
    for number, draw_panel in enumerate((_beside_the_plug, _on_the_display, _on_the_side, _on_the_plug)):
        row, column = divmod(number, 2)
        panel = _Panel(number + 1)
        draw_panel(panel)
        left, top = ((GAP + place * (PANEL + GAP)) * FINER for place in (column, row))
        whole.paste(panel.image, (left, top), panel.shape)
    return whole.resize((side, side), Image.Resampling.LANCZOS)


class _Panel:
    """A card of PANEL by PANEL units; what stands on it is drawn in those units."""

    def __init__(self, number: int) -> None:
        from PIL import Image, ImageDraw

        size = (PANEL * FINER, PANEL * FINER)
        self.image = Image.new("RGB", size, SKY)
        self.shape = Image.new("L", size, 0)
        ImageDraw.Draw(self.shape).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), 36 * FINER, fill=255)
        self.pen = ImageDraw.Draw(self.image)
        self.box((0, 470, PANEL, PANEL), GROUND)
        self.circle(58, 58, 36, DARK)
        self.text(58, 58, str(number), 46, LIGHT)

    def box(self, box: Box, fill: str, radius: float = 0, outline: str | None = None, width: float = 0) -> None:
        x0, y0, x1, y1 = (value * FINER for value in box)
        self.pen.rounded_rectangle(
            (x0, y0, x1, y1), radius * FINER, fill=fill, outline=outline, width=int(width * FINER)
        )

    def shape_of(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        self.pen.polygon([(x * FINER, y * FINER) for x, y in points], fill=fill)

    def circle(self, x: float, y: float, radius: float, fill: str | None, outline: str | None = None) -> None:
        box = ((x - radius) * FINER, (y - radius) * FINER, (x + radius) * FINER, (y + radius) * FINER)
        self.pen.ellipse(box, fill=fill, outline=outline, width=8 * FINER if outline else 0)

    def line(self, points: Sequence[tuple[float, float]], fill: str, width: float) -> None:
        self.pen.line([(x * FINER, y * FINER) for x, y in points], fill=fill, width=int(width * FINER), joint="curve")
        for x, y in points:
            self.circle(x, y, width / 2, fill)

    def text(self, x: float, y: float, digits: str, size: float, fill: str) -> None:
        from PIL import ImageFont

        font = ImageFont.load_default(size * FINER)
        self.pen.text(
            (x * FINER, y * FINER), digits, font=font, fill=fill, anchor="mm", stroke_width=1, stroke_fill=fill
        )

    def squares(self, x: float, y: float, size: float) -> None:
        """Something like a QR code."""
        dice, cells = Random(NUMBER), 11  # noqa: S311  it only has to look like one
        cell = size / cells
        self.box((x - cell, y - cell, x + size + cell, y + size + cell), PAPER, 4)
        for row in range(cells):
            for column in range(cells):
                if dice.random() < 0.5:  # noqa: PLR2004  half of them
                    left, top = x + column * cell, y + row * cell
                    self.box((left, top, left + cell, top + cell), DARK)
        for left, top in ((x, y), (x + 7 * cell, y), (x, y + 7 * cell)):
            self.box((left, top, left + 4 * cell, top + 4 * cell), PAPER)
            self.box((left, top, left + 3.4 * cell, top + 3.4 * cell), DARK)
            self.box((left + 0.8 * cell, top + 0.8 * cell, left + 2.6 * cell, top + 2.6 * cell), PAPER)
            self.box((left + 1.2 * cell, top + 1.2 * cell, left + 2.2 * cell, top + 2.2 * cell), DARK)

    def mark(self, box: Box) -> None:
        """Look here."""
        x0, y0, x1, y1 = box
        self.box((x0 - 16, y0 - 16, x1 + 16, y1 + 16), GLOW, 26, MARK, 9)

    def station(self, box: Box = (150, 70, 410, 500)) -> None:
        x0, y0, x1, y1 = box
        self.box((x0 - 22, y1 - 22, x1 + 22, y1 + 14), SHADE, 10)
        self.box(box, BODY, 34)
        self.box((x0 + 14, y0 + 14, x1 - 14, y0 + 26), "#6e8aa3", 6)

    def socket(self, x: float, y: float, radius: float) -> None:
        """Seven contacts, as on a Type 2 socket."""
        self.circle(x, y, radius + 12, SHADE)
        box = ((x - radius) * FINER, (y - radius) * FINER, (x + radius) * FINER, (y + radius) * FINER)
        self.pen.chord(box, -38, 218, fill=LIGHT)
        for dx, dy, size in (
            (-0.34, -0.26, 0.13),
            (0.34, -0.26, 0.13),
            (-0.56, 0.14, 0.17),
            (0.0, 0.14, 0.17),
            (0.56, 0.14, 0.17),
            (-0.3, 0.56, 0.17),
            (0.3, 0.56, 0.17),
        ):
            self.circle(x + dx * radius, y + dy * radius, size * radius, DARK)


def _beside_the_plug(panel: _Panel) -> None:
    panel.station((116, 70, 444, 500))
    panel.box((156, 112, 404, 182), DARK, 14)
    panel.socket(214, 346, 66)
    panel.mark((318, 252, 412, 424))
    panel.box((318, 252, 412, 424), PAPER, 10)
    panel.squares(330, 266, 70)
    panel.text(365, 390, NUMBER, 27, DARK)


def _on_the_display(panel: _Panel) -> None:
    panel.station((116, 70, 444, 500))
    panel.mark((166, 120, 394, 246))
    panel.box((166, 120, 394, 246), DARK, 14)
    panel.text(280, 182, NUMBER, 58, SCREEN_GREEN)
    panel.socket(280, 378, 62)


def _on_the_side(panel: _Panel) -> None:
    panel.box((84, 480, 516, 514), SHADE, 10)
    panel.shape_of([(290, 86), (496, 132), (496, 486), (290, 500)], SHADE)
    panel.box((100, 84, 310, 500), BODY, 26)
    panel.box((128, 124, 282, 196), DARK, 14)
    panel.socket(205, 346, 58)
    panel.mark((332, 230, 476, 312))
    panel.box((332, 230, 476, 312), LIGHT, 8, DARK, 3)
    for x in (343, 465):
        panel.circle(x, 271, 4, DARK)
    panel.text(404, 271, NUMBER, 31, DARK)


def _on_the_plug(panel: _Panel) -> None:
    cable = [(414, 404), (452, 430), (476, 470), (480, 520), (480, 552)]
    panel.line(cable, DARK, 44)
    panel.line([(214, 216), (306, 296), (404, 394)], BODY, 128)
    panel.line([(232, 214), (324, 292)], "#4d647b", 40)
    panel.circle(182, 192, 104, DARK)
    panel.socket(182, 176, 74)
    panel.box((128, 256, 236, 330), DARK, 30)
    panel.circle(158, 292, 20, LIGHT)
    panel.circle(206, 292, 20, LIGHT)
    panel.mark((296, 268, 426, 410))
    panel.box((296, 268, 426, 410), PAPER, 10)
    panel.squares(324, 280, 74)
    panel.text(361, 386, NUMBER, 30, DARK)


def main() -> None:
    drawn = draw_four_places().quantize(64)
    content = BytesIO()
    drawn.save(content, "PNG", optimize=True)
    FILE.write_bytes(content.getvalue())


if __name__ == "__main__":
    main()
