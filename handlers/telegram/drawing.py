"""The chart of a charge as a picture. matplotlib is imported only here and only when a chart is drawn."""

import asyncio
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (10.0, 5.6)
DOTS = 120
_PAINTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="painter")
"""A thread of its own: matplotlib is not made for several, and nothing else shall wait behind a picture."""


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart shows: kWh and kW over the station's time, with its words."""

    energy: Sequence[tuple[datetime, Decimal]]
    power: Sequence[tuple[datetime, Decimal]]
    zone: ZoneInfo
    title: str
    energy_label: str
    power_label: str


async def drawn(plot: Plot) -> bytes:
    """Draw it beside the loop, one picture after another."""
    return await asyncio.get_running_loop().run_in_executor(_PAINTER, draw, plot)


def draw(plot: Plot) -> bytes:
    """A PNG of 1200 by 672 dots; it takes a while."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import AutoDateLocator, DateFormatter
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    energy = figure.add_subplot()
    power = energy.twinx()
    _line(energy, plot.energy, "#1a7f37", filled=True)
    _line(power, plot.power, "#0a58ca", filled=False)
    energy.set_ylabel(plot.energy_label, color="#1a7f37")
    power.set_ylabel(plot.power_label, color="#0a58ca")
    energy.set_title(plot.title)
    locator = AutoDateLocator(tz=plot.zone, minticks=2, maxticks=8)  # type: ignore[no-untyped-call]  # it has no types
    energy.xaxis.set_major_locator(locator)
    energy.xaxis.set_major_formatter(DateFormatter("%H:%M", tz=plot.zone))  # type: ignore[no-untyped-call]  # likewise
    energy.grid(alpha=0.3)
    for axis in (energy, power):
        axis.set_ylim(bottom=0)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=DOTS)
    return picture.getvalue()


def _line(axis: "Axes", points: Sequence[tuple[datetime, Decimal]], colour: str, *, filled: bool) -> None:
    """A single point is shown as a dot."""
    when, values = [at for at, _ in points], [float(value) for _, value in points]
    few = len(points) <= 2  # noqa: PLR2004  a line of two points is hardly seen
    axis.plot(when, values, color=colour, marker="o" if few else None, linewidth=2)  # type: ignore[arg-type]  # it takes dates
    if filled and len(points) > 1:
        axis.fill_between(when, values, color=colour, alpha=0.15)  # type: ignore[arg-type]  # likewise
