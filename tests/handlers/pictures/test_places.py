from io import BytesIO

from PIL import Image, ImageChops, ImageStat

from handlers.pictures.places import draw_four_places, four_places
from handlers.pictures.safe import picture_trouble


def test_the_picture_that_is_sent_is_the_one_that_the_script_draws():
    kept = Image.open(BytesIO(four_places())).convert("RGB")
    drawn = draw_four_places()
    assert kept.size == drawn.size
    difference = ImageStat.Stat(ImageChops.difference(kept, drawn))
    assert max(difference.mean) < 2, "draw it again: python -m handlers.pictures.places"


def test_it_is_small_enough_for_one_bar_of_signal_and_a_photo_to_telegram():
    assert len(four_places()) < 64 * 1024
    assert picture_trouble(four_places()) is None
