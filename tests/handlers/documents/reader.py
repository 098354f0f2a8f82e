"""Reads the words of our own papers back: enough of PDF for that, and no more."""

import re
import zlib

_STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(data):
    """How many pages it has."""
    return len(re.findall(rb"/Type /Page\b(?!s)", data))


def words(data):
    """What stands on all pages, a space between the lines."""
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    streams = [_opened(found) for found in _STREAM.findall(data)]
    fonts = [_letters(stream) for stream in streams if b"beginbfchar" in stream]
    said, font = [], 1
    for stream in streams:
        if b"BT " not in stream[:2000] or b"beginbfchar" in stream:
            continue
        for changed, shown in _SHOWN.findall(stream):
            if changed:
                font = int(changed)
            else:
                said.append(_read(shown, fonts[font - 1]))
    return " ".join(said)


def _opened(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _letters(cmap):
    return {int(code, 16): chr(int(letter, 16)) for code, letter in re.findall(rb"<(\w{4})> <(\w{4})>\n", cmap)}


def _read(shown, letters):
    raw = re.sub(rb"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), shown, flags=re.DOTALL)
    codes = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
    return "".join(letters.get(code, "?") for code in codes)
