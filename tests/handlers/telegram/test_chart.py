"""The chart: a picture with its numbers in words, whatever there is to draw."""

import io
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.domain.tariffs.usage import ChargingPeriod
from handlers.telegram.drawing import Plot, draw
from tests.handlers.telegram.at_the_door import town
from tests.samples import at

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def a_plot(points: int, title: str = "NL*CIT*E201*1") -> Plot:
    series = [(at(60 * number), Decimal(number)) for number in range(points)]
    return Plot(series, series, AMSTERDAM, title, "Energy (kWh)", "Power (kW)")


@pytest.mark.parametrize("points", [0, 1, 2, 500])
def test_a_chart_is_drawn_of_however_few_or_many_readings(points):
    picture = Image.open(io.BytesIO(draw(a_plot(points))))
    assert picture.format == "PNG"
    assert picture.size == (1200, 672)


def test_a_strange_title_is_still_a_title():
    assert draw(a_plot(3, r"\$x^2$ \frac"))


async def test_a_driver_asks_for_the_chart_and_gets_a_picture_with_its_numbers():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        for kwh, power in (("2.0", "11"), ("3.5", "7.4")):
            t.clock.ahead += timedelta(seconds=60)
            period = ChargingPeriod(t.clock.now(), {"POWER": Decimal(power), "STATE_OF_CHARGE": Decimal(60)})
            await t.push(charge, kwh=Decimal(kwh), periods=(period,))
        card = await ana.wait_message("3.50 kWh", where=lambda m: m.has_button("Chart"))
        await ana.press(card, "Chart")
        shown = await ana.wait_message("Power: at most 11.0 kW, last 7.4 kW.")
        assert shown.kind == "photo"
        assert "3.50 kWh" in shown.text
        assert not shown.buzz
