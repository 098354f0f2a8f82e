"""Files: stable ids, sending again, downloading, sizes read from headers."""

import struct

import pytest

from sandbox.telegram.files import image_size
from tests.sandbox.telegram.conftest import TOKEN, png

CHAT = 501


async def test_a_photo_is_sent_again_by_its_id_and_downloaded(api, alice):
    sent = await api.ok("sendPhoto", chat_id=CHAT, photo=png(64, 48), caption="<b>x</b>", parse_mode="HTML")
    size = sent["photo"][-1]
    assert (size["width"], size["height"], size["file_size"]) == (64, 48, len(png()))
    assert sent["caption_entities"] == [{"offset": 0, "length": 1, "type": "bold"}]
    again = await api.ok("sendPhoto", chat_id=CHAT, photo=size["file_id"])
    assert again["photo"] == sent["photo"]
    path = (await api.ok("getFile", file_id=size["file_id"]))["file_path"]
    for token in (TOKEN, TOKEN.replace(":", "%3A")):
        async with api.session.get(f"{api.url}/file/bot{token}/{path}") as answer:
            assert await answer.read() == png(64, 48)


async def test_another_bot_cannot_use_the_id(api, alice, server, telegram):
    sent = await api.ok("sendDocument", chat_id=CHAT, document=b"x")
    await telegram.request("POST", f"chats/{CHAT}/start", {}, {"bot": 1002})
    other = type(api)(server.url, api.session, "1002:OTHER")
    document = sent["document"]
    assert (
        await other.refused("sendDocument", chat_id=CHAT, document=document["file_id"])
        == "Bad Request: wrong file identifier/HTTP URL specified"
    )
    own = (await other.ok("sendDocument", chat_id=CHAT, document=b"x"))["document"]
    assert (own["file_unique_id"], own["file_id"] == document["file_id"]) == (document["file_unique_id"], False)


async def test_more_than_20_megabytes_cannot_be_downloaded(api, alice):
    sent = await api.ok("sendDocument", chat_id=CHAT, document=bytes((20 << 20) + 1))
    assert await api.refused("getFile", file_id=sent["document"]["file_id"]) == "Bad Request: file is too big"


JPEG = b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"xx" + b"\xff\xc0" + struct.pack(">HBHH", 11, 8, 48, 64) + b"rest"
WEBP = b"RIFF----WEBPVP8X" + bytes(8) + (63).to_bytes(3, "little") + (47).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(64, 48), (64, 48)),
        (b"GIF89a" + struct.pack("<HH", 64, 48), (64, 48)),
        (b"BM" + bytes(16) + struct.pack("<II", 64, 48), (64, 48)),
        (JPEG, (64, 48)),
        (WEBP, (64, 48)),
        (JPEG[:8], None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_sizes_are_read_from_headers(data, size):
    assert image_size(data) == size
