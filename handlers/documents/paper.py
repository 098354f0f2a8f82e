"""A paper to print, as PDF: a title, paragraphs, and lines of two columns. The library is loaded only for this."""

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handlers.escape import clean, cut, plain
from handlers.texts import Html

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN: Final = 18
LINE: Final = 6
"""Millimetres."""

LEFT: Final = 0.65
"""Of the width, for what stands on the left."""

MOST_LINES: Final = 4
LONGEST: Final = 160
"""Characters on one side of a pair: they never take more lines than that."""

TEXT: Final = 10
TITLE: Final = 16
FONT: Final = "DejaVu"
_BOLD: Final = re.compile(r"^<b>.*</b>")
_UNPRINTABLE: Final = re.compile("[\U00010000-\U0010ffff]")
"""Pictographs, which a font for words has not; each has words beside it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands on the left and on the right of one line."""

    left: Html
    right: Html


Part = Html | Pair | None
"""A paragraph, a line of two columns, or a little room."""


class NoFont(LookupError):
    """The font that papers are printed in is not installed."""


@cache
def _fonts() -> tuple[Path, Path]:
    """DejaVu Sans, plain and bold; it comes with the library that draws charts, which is not loaded for that."""
    found = importlib.util.find_spec("matplotlib")
    folder = Path(((found and found.submodule_search_locations) or ["."])[0]) / "mpl-data" / "fonts" / "ttf"
    fonts = folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"
    if not all(font.is_file() for font in fonts):
        raise NoFont(f"there is no DejaVuSans.ttf in {folder}")
    return fonts


def paper(title: Html, parts: Sequence[Part], foot: Html, language: str) -> bytes:
    """Print it; this takes a moment and belongs into a thread of its own.

    Raises:
        NoFont: the font is not there.

    """
    from fpdf import FPDF

    normal, bold = _fonts()
    sheet = FPDF(format="A4")
    sheet.set_margins(MARGIN, MARGIN, MARGIN)
    sheet.set_auto_page_break(auto=True, margin=MARGIN)
    sheet.set_title(_printed(title))
    sheet.set_lang(language)
    sheet.add_font(FONT, "", normal)
    sheet.add_font(FONT, "B", bold)
    sheet.add_page()
    sheet.set_font(FONT, "B", TITLE)
    sheet.multi_cell(0, TITLE / 2, _printed(title), new_x="LMARGIN", new_y="NEXT")
    sheet.ln(LINE / 2)
    for part in (*parts, None, foot):
        _print(sheet, part)
    return bytes(sheet.output())


def _print(sheet: "FPDF", part: Part) -> None:
    if part is None:
        sheet.ln(LINE / 2)
    elif isinstance(part, Pair):
        _print_pair(sheet, part)
    else:
        sheet.set_font(FONT, "B" if _BOLD.match(part) else "", TEXT)
        sheet.multi_cell(0, LINE, _printed(part), align="L", new_x="LMARGIN", new_y="NEXT")


def _print_pair(sheet: "FPDF", pair: Pair) -> None:
    """Side by side, the next line below the longer of the two; it is not torn by a page's end."""
    sheet.set_font(FONT, "", TEXT)
    if sheet.will_page_break(LINE * MOST_LINES):
        sheet.add_page()
    top, left = sheet.get_y(), sheet.epw * LEFT
    sheet.multi_cell(left, LINE, cut(_printed(pair.left), LONGEST), align="L", new_x="RIGHT", new_y="NEXT")
    low = sheet.get_y()
    sheet.set_xy(MARGIN + left, top)
    sheet.multi_cell(0, LINE, cut(_printed(pair.right), LONGEST), align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.set_y(max(low, sheet.get_y()))


def _printed(markup: Html) -> str:
    return _UNPRINTABLE.sub("", clean(plain(markup))).strip() or " "
