"""Sending one message of each kind, and showing "typing"."""

from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.methods import content
from sandbox.telegram.methods.sending import TOO_LONG_CAPTION, TOO_LONG_TEXT, send
from sandbox.telegram.model import Content

_ACTIONS: Final = frozenset(
    (
        *("cancel", "typing", "choose_sticker", "pick_up_location", "find_location", "upload_photo", "upload_document"),
        *("record_video", "upload_video", "record_video_note", "upload_video_note"),
        *("record_audio", "upload_audio", "record_voice", "upload_voice"),
    )
)


def send_message(call: Call) -> dict[str, Any]:
    preview = content.read_link_preview(call)
    text = content.read_text(call)
    return send(call, lambda: content.text_content(call.world, text, preview, TOO_LONG_TEXT))


def send_photo(call: Call) -> dict[str, Any]:
    return _send_media(call, "photo")


def send_document(call: Call) -> dict[str, Any]:
    return _send_media(call, "document")


def send_voice(call: Call) -> dict[str, Any]:
    return _send_media(call, "voice")


def send_audio(call: Call) -> dict[str, Any]:
    return _send_media(call, "audio")


def send_video(call: Call) -> dict[str, Any]:
    return _send_media(call, "video")


def send_location(call: Call) -> dict[str, Any]:
    location = content.location_content(call)
    return send(call, lambda: location)


def send_venue(call: Call) -> dict[str, Any]:
    venue = content.venue_content(call)
    return send(call, lambda: venue)


def send_contact(call: Call) -> dict[str, Any]:
    contact = content.contact_content(call)
    return send(call, lambda: contact)


def _send_media(call: Call, kind: str) -> dict[str, Any]:
    source = content.input_file(call, kind, call.text(kind))
    if source is None:
        raise BadRequestError(f"There is no {kind} in the request")
    caption = content.read_caption(call)
    said = {name: call.flag(name) for name in ("show_caption_above_media", "has_spoiler")}

    def make() -> Content:
        extra = content.caption_fields(call.world, caption, TOO_LONG_CAPTION) | content.media_flags(kind, said)
        return content.media_content(call, kind, source, extra, content.media_details(call))

    return send(call, make)


def send_chat_action(call: Call) -> bool:
    action = call.text("action").lower()
    if action not in _ACTIONS:
        raise BadRequestError("Wrong parameter action in request")
    chat = call.chat()
    call.reach(chat)
    call.world.show_action(call.bot, chat, action)
    return True


METHODS: Final = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVoice": send_voice,
    "sendAudio": send_audio,
    "sendVideo": send_video,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendChatAction": send_chat_action,
}
