import asyncio
import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.pictures.codes import Reader, read_codes
from handlers.pictures.safe import BIGGEST_FILE, Unusable, opened
from tests.handlers.pictures.stickers import at_night, blurred, bomb, jpeg, on_a_wall, png, sticker

TEXT = "https://charge.example/start?evse=NL*HAV*E0421*1"

READABLE = {
    "straight": jpeg(on_a_wall(sticker(TEXT))),
    "turned by 30 degrees": jpeg(on_a_wall(sticker(TEXT), angle=30)),
    "upside down": jpeg(on_a_wall(sticker(TEXT), angle=180)),
    "at night": jpeg(at_night(on_a_wall(sticker(TEXT), angle=8))),
    "far away": jpeg(on_a_wall(sticker(TEXT, size=110), width=800, height=600), quality=70),
    "with a logo": jpeg(on_a_wall(sticker(TEXT, logo=True), angle=-12)),
    "slightly blurred": jpeg(blurred(on_a_wall(sticker(TEXT)), 2)),
    "a screenshot": png(sticker(TEXT)),
}
UNREADABLE = {
    "no code": jpeg(on_a_wall(sticker(TEXT, size=8))),
    "shaken": jpeg(blurred(on_a_wall(sticker(TEXT)), 16)),
}
UNUSABLE = {
    "huge dimensions": bomb(60_000, 60_000)[:2000],
    "a bomb": bomb(11_000, 11_000),
    "too wide": bomb(20_000, 8),
    "a torn JPEG": READABLE["straight"][:4000],
    "a torn PNG": READABLE["a screenshot"][:200],
    "a text": b"%PDF-1.4 nothing",
    "nothing": b"",
    "too many bytes": b"\xff\xd8" + bytes(BIGGEST_FILE),
}


@pytest.mark.parametrize("name", READABLE)
def test_a_code_is_read(name):
    assert read_codes(READABLE[name]) == (TEXT,)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_no_failure(name):
    assert read_codes(UNREADABLE[name]) == ()


def test_two_codes_in_one_picture_are_both_read():
    both = jpeg(on_a_wall(sticker("NL*HAV*E0421*1"), sticker("NL*HAV*E0421*2"), angle=5))
    assert set(read_codes(both)) == {"NL*HAV*E0421*1", "NL*HAV*E0421*2"}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_must_not_be_opened_is_refused_quickly(name):
    begin = time.perf_counter()
    with pytest.raises(Unusable):
        opened(UNUSABLE[name])
    assert time.perf_counter() - begin < 1


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda noise: READABLE["a screenshot"][:600] + noise))
def test_whatever_bytes_come_the_answer_is_a_text_or_a_refusal(content):
    with contextlib.suppress(Unusable):
        assert isinstance(read_codes(content), tuple)


async def test_pictures_are_read_one_after_the_other_in_a_thread():
    reader = Reader()
    three = await asyncio.gather(*(reader.read(READABLE["a screenshot"]) for _ in range(3)))
    assert three == [(TEXT,)] * 3


async def test_a_picture_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("handlers.pictures.codes.PATIENCE", 0.02)
    monkeypatch.setattr("handlers.pictures.codes.read_codes", lambda _: time.sleep(0.2))
    with pytest.raises(Unusable, match="too long"):
        await Reader().read(b"")
