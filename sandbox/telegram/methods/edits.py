"""Editing: editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup."""

from typing import Any, Final

from sandbox.telegram import keyboards
from sandbox.telegram.call import Call
from sandbox.telegram.entities import FormattedText
from sandbox.telegram.errors import MESSAGE_NOT_MODIFIED, BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.files import Upload
from sandbox.telegram.keyboards import InlineKeyboard
from sandbox.telegram.methods import content
from sandbox.telegram.model import Content, Message

_MEDIA: Final = ("photo", "document")


def edit_message_text(call: Call) -> dict[str, Any]:
    preview = content.read_link_preview(call)
    text = content.read_text(call)
    keyboard = _inline_keyboard(call)
    message = _message_to_edit(call)
    if message.content.kind != "text":
        raise BadRequestError("There is no text in the message to edit")
    return _edit(call, message, content.text_content(call.world, text, preview, "MESSAGE_TOO_LONG"), keyboard)


def edit_message_caption(call: Call) -> dict[str, Any]:
    keyboard = _inline_keyboard(call)
    caption = content.read_caption(call)
    message = _message_to_edit(call)
    if not message.content.has_caption:
        raise BadRequestError("There is no caption in the message to edit")
    kept = {name: value for name, value in message.content.fields.items() if not _about_caption(name)}
    kept |= content.caption_fields(call.world, caption, "MEDIA_CAPTION_TOO_LONG")
    if call.flag("show_caption_above_media"):
        kept["show_caption_above_media"] = True
    return _edit(call, message, Content(message.content.kind, kept), keyboard)


def edit_message_media(call: Call) -> dict[str, Any]:
    """Media may take the place of other media or of a text."""
    keyboard = _inline_keyboard(call)
    value = call.json("media", "input media") if call.required("media") else None
    try:
        kind, source, caption, flags = _input_media(call, value)
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse InputMedia: {error.text}") from error
    message = _message_to_edit(call)
    if message.content.kind not in ("text", "photo", "document", "voice"):
        raise BadRequestError("There is no media in the message to edit")
    extra = content.caption_fields(call.world, caption, "MEDIA_CAPTION_TOO_LONG") | flags
    return _edit(call, message, content.media_content(call, kind, source, extra), keyboard)


def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    keyboard = _inline_keyboard(call)
    message = _message_to_edit(call)
    return _edit(call, message, message.content, keyboard, dated=False)


def _inline_keyboard(call: Call) -> InlineKeyboard | None:
    """Omitting it removes the keyboard; only an inline one can be put under a message that is there."""
    markup = keyboards.parse_reply_markup(call.text("reply_markup"))
    if markup is not None and not isinstance(markup, InlineKeyboard):
        raise BadRequestError("Inline keyboard expected")
    return markup


def _message_to_edit(call: Call) -> Message:
    if not call.text("chat_id") and not call.long("message_id"):
        if not call.text("inline_message_id"):
            raise BadRequestError("Message identifier is not specified")
        raise BadRequestError("MESSAGE_ID_INVALID")
    message = call.message("message to edit")
    if message.sender.id != call.bot.id or message.plain_markup or message.content.kind == "pinned_message":
        raise BadRequestError("Message can't be edited")
    return message


def _edit(
    call: Call, message: Message, new: Content, keyboard: InlineKeyboard | None, *, dated: bool = True
) -> dict[str, Any]:
    checked = keyboards.check(keyboard, private=message.chat.private)
    assert checked is None or isinstance(checked, InlineKeyboard)
    call.reach(message.chat)
    call.spend(message.chat)
    if message.content == new and message.keyboard == checked:
        raise BadRequestError(MESSAGE_NOT_MODIFIED)
    call.world.edit_message(call.bot, message, new, checked, dated=dated)
    return message.json()


def _about_caption(name: str) -> bool:
    return name in ("caption", "caption_entities", "show_caption_above_media")


def _input_media(call: Call, value: Any) -> tuple[str, Upload | str, FormattedText, dict[str, Any]]:
    if not isinstance(value, dict):
        raise BadRequestError("expected an Object")
    fields = Fields(value)
    caption = content.formatted(
        fields.optional_string("caption"), fields.optional_string("parse_mode"), fields.raw("caption_entities")
    )
    flags = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}
    said = {echoed: True for name, echoed in flags.items() if fields.flag(name)}
    kind = fields.string("type")
    source = content.input_file(call, "", fields.optional_string("media"))
    if source is None:
        raise BadRequestError("media not found")
    if kind not in _MEDIA:
        raise BadRequestError(f'type "{kind}" is unsupported')
    return kind, source, caption, said if kind == "photo" else {}


METHODS: Final = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
