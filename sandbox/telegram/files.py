"""Files as the server keeps them: one copy per content, ids that stay the same when it is sent again."""

import base64
import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from typing import Any, Final

from sandbox.telegram.errors import BadRequestError

MAX_DOWNLOAD_BYTES: Final = 20 << 20
MAX_PHOTO_BYTES: Final = 10 << 20
MAX_PHOTO_SIDES: Final = 10_000
MAX_PHOTO_RATIO: Final = 20
_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "audio": "music", "video": "videos"}
_PREFIXES = {
    "photo": "AgACAgIAAxkBAAI",
    "document": "BQACAgIAAxkBAAI",
    "voice": "AwACAgIAAxkBAAI",
    "audio": "CQACAgIAAxkBAAI",
    "video": "BAACAgIAAxkBAAI",
}
TYPE_NAMES: Final = {
    "photo": "Photo",
    "document": "Document",
    "voice": "VoiceNote",
    "audio": "Audio",
    "video": "Video",
}
_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Upload:
    """A file on its way in."""

    name: str
    mime_type: str
    data: bytes


@dataclass(frozen=True)
class StoredFile:
    kind: str
    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    data: bytes

    def json(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


class FileStore:
    """The files one bot can see; another bot has other ids for the same content."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: str, upload: Upload) -> StoredFile:
        digest = hashlib.sha256(kind.encode() + upload.data).digest()
        unique_id = base64.urlsafe_b64encode(digest[:9]).decode()
        owner = base64.urlsafe_b64encode(hashlib.sha256(f"{self._bot_id}:{unique_id}".encode()).digest()[:24])
        file_id = _PREFIXES[kind] + owner.decode()
        if file_id not in self._by_id:
            mime_type = upload.mime_type or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
            extension = _extension(kind, upload.name)
            path = f"{_FOLDERS[kind]}/file_{len(self._by_id)}{extension}"
            stored = StoredFile(kind, file_id, unique_id, path, upload.name, mime_type, upload.data)
            self._by_id[file_id] = self._by_path[path] = stored
        return self._by_id[file_id]

    def find(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def of_kind(self, file_id: str, kind: str) -> StoredFile:
        """The file to send again; raises BadRequestError for an unknown id or one of another kind."""
        stored = self.find(file_id)
        if stored is None:
            raise BadRequestError("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise BadRequestError(f"Can't use file of type {TYPE_NAMES[stored.kind]} as {TYPE_NAMES[kind]}")
        return stored


def _extension(kind: str, name: str) -> str:
    if kind == "photo":
        return ".jpg"
    if kind == "voice":
        return ".oga"
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def check_photo(data: bytes) -> tuple[int, int]:
    """Width and height; raises BadRequestError for what the server would not take as a photo."""
    if len(data) > MAX_PHOTO_BYTES:
        raise BadRequestError(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    size = image_size(data)
    if size is None or min(size) == 0:
        raise BadRequestError("IMAGE_PROCESS_FAILED")
    if sum(size) > MAX_PHOTO_SIDES or max(size) > MAX_PHOTO_RATIO * min(size):
        raise BadRequestError("PHOTO_INVALID_DIMENSIONS")
    return size


def image_size(data: bytes) -> tuple[int, int] | None:
    """Read from the header of a PNG, GIF, BMP, WebP or JPEG; None for anything else."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack(">II", data[16:24])
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return struct.unpack("<HH", data[6:10])
        if data.startswith(b"BM"):
            return struct.unpack("<II", data[18:26])
        if data[:4] == b"RIFF" and data[8:15] == b"WEBPVP8":
            return _webp_size(data)
        return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None
    except (struct.error, IndexError):
        return None


def _webp_size(data: bytes) -> tuple[int, int]:
    if data[15:16] == b"X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[15:16] == b"L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at : at + 1] == b"\xff":
        if data[at + 1] in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None
