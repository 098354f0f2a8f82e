"""Editing: editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup."""

from typing import Any, Final

from sandbox.telegram import keyboards
from sandbox.telegram.call import Call
from sandbox.telegram.errors import MESSAGE_NOT_MODIFIED, BadRequestError
from sandbox.telegram.keyboards import InlineKeyboard
from sandbox.telegram.methods import content
from sandbox.telegram.model import Content, Message

_MEDIA: Final = ("photo", "video", "audio", "document", "voice")


def edit_message_text(call: Call) -> dict[str, Any] | bool:
    preview = content.read_link_preview(call)
    text = content.read_text(call)
    keyboard = _inline_keyboard(call)
    message = _message_to_edit(call)
    if message.content.kind != "text":
        raise BadRequestError("There is no text in the message to edit")
    return _edit(call, message, content.text_content(call.world, text, preview, "MESSAGE_TOO_LONG"), keyboard)


def edit_message_caption(call: Call) -> dict[str, Any] | bool:
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


def edit_message_media(call: Call) -> dict[str, Any] | bool:
    """Media may take the place of other media or of a text."""
    keyboard = _inline_keyboard(call)
    value = call.json("media", "input media") if call.required("media") else None
    try:
        kind, source, caption, more = content.read_album_item(call, value, album=False)
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse InputMedia: {error.text}") from error
    message = _message_to_edit(call)
    if message.content.kind not in ("text", *_MEDIA):
        raise BadRequestError("There is no media in the message to edit")
    if message.album_id and message.content.kind != kind and {kind, message.content.kind} & {"audio", "document"}:
        raise BadRequestError("Can't change media type in the album")
    extra = content.caption_fields(call.world, caption, "MEDIA_CAPTION_TOO_LONG") | content.media_flags(kind, more)
    return _edit(call, message, content.media_content(call, kind, source, extra, more), keyboard)


def edit_message_reply_markup(call: Call) -> dict[str, Any] | bool:
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
        inline = call.bot.inline.messages.get(call.text("inline_message_id"))
        if inline is None or inline.deleted:
            raise BadRequestError("MESSAGE_ID_INVALID")
        return inline
    message = call.message("message to edit", "edit")
    own = message.sender.id == call.bot.id or message.via_bot is not None
    if not own or message.plain_markup or message.content.service or message.origin is not None:
        raise BadRequestError("Message can't be edited")
    return message


def _edit(
    call: Call, message: Message, new: Content, keyboard: InlineKeyboard | None, *, dated: bool = True
) -> dict[str, Any] | bool:
    """The edited message; of a message known by its inline id only, that it is done."""
    inline = not call.text("chat_id")
    checked = keyboards.check(keyboard, private=message.chat.private and not inline)
    assert checked is None or isinstance(checked, InlineKeyboard)
    if not inline:
        call.reach(message.chat)
        call.spend(message.chat)
    if message.content == new and message.keyboard == checked:
        raise BadRequestError(MESSAGE_NOT_MODIFIED)
    call.world.edit_message(call.bot, message, new, checked, dated=dated)
    return True if inline else message.json()


def _about_caption(name: str) -> bool:
    return name in ("caption", "caption_entities", "show_caption_above_media")


METHODS: Final = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
