"""The Bot API server's rules and exact words, one row each: request -> answer, over HTTP.

The texts are golden: they are what Telegram's own server answers, and a row changes only when that does.
"""

import io
from typing import Any

import orjson
import pytest

from tests.sandbox.telegram.conftest import BotApi, png
from tests.sandbox.telegram.rows import Row, answers, golden

CHAT = 501
GROUP = "group"
BOLD = "b" * 4096


def text(**more):
    return {"chat_id": CHAT, "text": "hello", **more}


def media(*items, **more):
    return {"chat_id": CHAT, "media": list(items), **more}


def price(**more):
    sold = {"title": "t", "description": "d", "payload": "p", "currency": "EUR"}
    return {"chat_id": CHAT, **sold, "prices": [{"label": "kWh", "amount": 1}], **more}


def markdown(source):
    return text(text=source, parse_mode="MarkdownV2")


def html(source):
    return text(text=source, parse_mode="HTML")


def inline(*buttons):
    return text(reply_markup={"inline_keyboard": [list(buttons)]})


def keyboard(chat, **button):
    return {"chat_id": chat, "text": "x", "reply_markup": {"keyboard": [[{"text": "b", **button}]]}}


def edit(name, **more):
    return {"chat_id": CHAT, "message_id": f"${name}", **more}


NOT_MODIFIED = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
# fmt: off
CHATS = [
    Row("no chat", "sendMessage", {"text": "x"}, "Bad Request: chat_id is empty"),
    Row("unknown chat", "sendMessage", {"chat_id": 12345, "text": "x"}, "Bad Request: chat not found"),
    Row("unknown name", "sendMessage", {"chat_id": "@nobody", "text": "x"}, "Bad Request: chat not found"),
    Row("not a number", "sendMessage", {"chat_id": "abc", "text": "x"}, "Bad Request: chat not found"),
    Row("never started", "sendMessage", {"chat_id": "$bob", "text": "x"}, "Forbidden: bot can't initiate conversation with a user"),
    Row("deactivated", "sendMessage", {"chat_id": "$carol", "text": "x"}, "Forbidden: user is deactivated"),
    Row("unknown topic", "sendMessage", text(message_thread_id=7), "Bad Request: message thread not found"),
    Row("unknown method", "sendFlowers", text(), "Not Found: method not found"),
    Row("no method", "", {}, "Not Found: method not found"),
]
SENDING = [
    Row("no text", "sendMessage", {"chat_id": CHAT}, "Bad Request: message text is empty"),
    Row("blank text", "sendMessage", text(text=" \n "), "Bad Request: text must be non-empty"),
    Row("text of tags only", "sendMessage", html("<b></b>"), "Bad Request: text must be non-empty"),
    Row("4097 characters", "sendMessage", text(text=BOLD + "b"), "Bad Request: message is too long"),
    Row("4097 characters after parsing", "sendMessage", html(f"<b>{BOLD}b</b>"), "Bad Request: message is too long"),
    Row("32769 bytes", "sendMessage", text(text="b" * 32769), "Bad Request: text is too long"),
    Row("reply to nothing", "sendMessage", text(reply_parameters={"message_id": 999}), "Bad Request: message to be replied not found"),
    Row("reply to nothing, old way", "sendMessage", text(reply_to_message_id=999), "Bad Request: message to be replied not found"),
    Row("reply to no object", "sendMessage", text(reply_parameters=[1]), "Bad Request: object expected as reply parameters"),
    Row("reply not JSON", "sendMessage", text(reply_parameters="{"), "Bad Request: can't parse reply parameters JSON object"),
    Row("reply without id", "sendMessage", text(reply_parameters={"quote": "x"}), 'Bad Request: can\'t find field "message_id"'),
    Row("preview no object", "sendMessage", text(link_preview_options="1"), "Bad Request: object expected as link preview options"),
    Row("preview not JSON", "sendMessage", text(link_preview_options="{"), "Bad Request: can't parse link preview options JSON object"),
    Row("preview mistyped", "sendMessage", text(link_preview_options={"is_disabled": 1}), 'Bad Request: field "is_disabled" must be of type Boolean'),
    Row("no latitude", "sendLocation", {"chat_id": CHAT}, "Bad Request: latitude is empty"),
    Row("no longitude", "sendLocation", {"chat_id": CHAT, "latitude": 1}, "Bad Request: longitude is empty"),
    Row("off the globe", "sendLocation", {"chat_id": CHAT, "latitude": 91, "longitude": 0}, "Bad Request: wrong location specified"),
    Row("short live period", "sendLocation", {"chat_id": CHAT, "latitude": 1, "longitude": 1, "live_period": 59}, "Bad Request: wrong live location period specified"),
    Row("venue off the globe", "sendVenue", {"chat_id": CHAT, "latitude": 1, "longitude": 181, "title": "t", "address": "a"}, "Bad Request: wrong venue location specified"),
    Row("venue nowhere", "sendVenue", {"chat_id": CHAT, "title": "t", "address": "a"}, "Bad Request: latitude is empty" ),
    Row("no photo", "sendPhoto", {"chat_id": CHAT}, "Bad Request: there is no photo in the request"),
    Row("no document", "sendDocument", {"chat_id": CHAT}, "Bad Request: there is no document in the request"),
    Row("attachment missing", "sendPhoto", {"chat_id": CHAT, "photo": "attach://nothing"}, "Bad Request: there is no photo in the request"),
    Row("unknown file id", "sendPhoto", {"chat_id": CHAT, "photo": "nonsense"}, "Bad Request: wrong file identifier/HTTP URL specified"),
    Row("malformed link", "sendPhoto", {"chat_id": CHAT, "photo": "http://x y/"}, "Bad Request: wrong file identifier/HTTP URL specified"),
    Row("no web here", "sendPhoto", {"chat_id": CHAT, "photo": "https://example.com/a.png"}, "Bad Request: failed to get HTTP URL content"),
    Row("not a picture", "sendPhoto", {"chat_id": CHAT, "photo": b"text"}, "Bad Request: IMAGE_PROCESS_FAILED"),
    Row("empty file", "sendDocument", {"chat_id": CHAT, "document": b""}, "Bad Request: file must be non-empty"),
    Row("sides over 10000", "sendPhoto", {"chat_id": CHAT, "photo": png(9000, 1001)}, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    Row("ratio over 20", "sendPhoto", {"chat_id": CHAT, "photo": png(2100, 100)}, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    Row("photo over 10 MB", "sendPhoto", {"chat_id": CHAT, "photo": png() + bytes(10 << 20)}, f"Bad Request: file of size {len(png()) + (10 << 20)} bytes is too big for a photo; the maximum size is 10485760 bytes"),
    Row("photo as document", "sendDocument", {"chat_id": CHAT, "document": "$photo_file"}, "Bad Request: can't use file of type Photo as Document"),
    Row("1025 in a caption", "sendPhoto", {"chat_id": CHAT, "photo": png(), "caption": "c" * 1025}, "Bad Request: message caption is too long"),
    Row("no voice", "sendVoice", {"chat_id": CHAT}, "Bad Request: there is no voice in the request"),
    Row("no audio", "sendAudio", {"chat_id": CHAT}, "Bad Request: there is no audio in the request"),
    Row("no video", "sendVideo", {"chat_id": CHAT}, "Bad Request: there is no video in the request"),
    Row("photo as voice", "sendVoice", {"chat_id": CHAT, "voice": "$photo_file"}, "Bad Request: can't use file of type Photo as VoiceNote"),
    Row("no phone number", "sendContact", {"chat_id": CHAT, "first_name": "A"}, 'Bad Request: parameter "phone_number" is required'),
    Row("no first name", "sendContact", {"chat_id": CHAT, "phone_number": "1"}, 'Bad Request: parameter "first_name" is required'),
    Row("no media", "sendMediaGroup", {"chat_id": CHAT}, 'Bad Request: parameter "media" is required'),
    Row("album not JSON", "sendMediaGroup", {"chat_id": CHAT, "media": "["}, "Bad Request: can't parse media JSON object"),
    Row("album no array", "sendMediaGroup", {"chat_id": CHAT, "media": {}}, "Bad Request: expected an Array of InputMedia"),
    Row("empty album", "sendMediaGroup", media(), "Bad Request: there are no messages to send"),
    Row("album of no objects", "sendMediaGroup", media("x"), "Bad Request: can't parse InputMedia: expected an Object"),
    Row("album without file", "sendMediaGroup", media({"type": "photo", "media": "attach://x"}), "Bad Request: can't parse InputMedia: media not found"),
    Row("album of animations", "sendMediaGroup", media({"type": "animation", "media": "x"}), 'Bad Request: can\'t parse InputMedia: type "animation" can\'t be used in sendMediaGroup'),
    Row("album of voices", "sendMediaGroup", media({"type": "voice", "media": "x"}), 'Bad Request: can\'t parse InputMedia: type "voice" is unsupported'),
    Row("album of 11", "sendMediaGroup", media(*[{"type": "photo", "media": "$photo_file"}] * 11), "Bad Request: too many messages to send as an album"),
    Row("photo and document", "sendMediaGroup", media({"type": "photo", "media": "$photo_file"}, {"type": "document", "media": "x"}), "Bad Request: document can't be mixed with other media types"),
    Row("audio and video", "sendMediaGroup", media({"type": "audio", "media": "x"}, {"type": "video", "media": "x"}), "Bad Request: audio can't be mixed with other media types"),
    Row("captions here and there", "sendMediaGroup", media({"type": "photo", "media": "x", "show_caption_above_media": True}, {"type": "photo", "media": "x"}), "Bad Request: parameter show_caption_above_media must be the same for all messages"),
    Row("1025 in an album", "sendMediaGroup", media({"type": "photo", "media": "$photo_file", "caption": "c" * 1025}), "Bad Request: message caption is too long"),
    Row("no payload", "sendInvoice", price(payload=""), 'Bad Request: parameter "payload" is required'),
    Row("prices no array", "sendInvoice", price(prices={}), "Bad Request: expected an Array of labeled prices"),
    Row("no price", "sendInvoice", price(prices=[]), "Bad Request: there must be at least one price"),
    Row("price without label", "sendInvoice", price(prices=[{"label": "", "amount": 1}]), "Bad Request: can't parse labeled price: LabeledPrice label must be non-empty"),
    Row("price without amount", "createInvoiceLink", price(prices=[{"label": "x"}]), 'Bad Request: can\'t parse labeled price: Can\'t find field "amount"'),
    Row("no provider", "sendInvoice", price(provider_token="1:TEST"), "Bad Request: PAYMENT_PROVIDER_INVALID"),
    Row("no provider for a link", "createInvoiceLink", price(), "Bad Request: PAYMENT_PROVIDER_INVALID"),
    Row("unknown action", "sendChatAction", {"chat_id": CHAT, "action": "dance"}, "Bad Request: wrong parameter action in request"),
]
ENTITIES = [
    Row("mode", "sendMessage", text(parse_mode="RTF"), "Bad Request: unsupported parse_mode"),
    Row("unsupported tag", "sendMessage", html("ä<h1>x</h1>"), 'Bad Request: can\'t parse entities: Unsupported start tag "h1" at byte offset 2'),
    Row("a lone <", "sendMessage", html("3 < 4"), 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 2'),
    Row("tag never closed", "sendMessage", html("<b>x"), "Bad Request: can't parse entities: Can't find end tag corresponding to start tag b"),
    Row("tag cut off", "sendMessage", html("x <b"), "Bad Request: can't parse entities: Unclosed start tag at byte offset 2"),
    Row("attribute cut off", "sendMessage", html("<a href="), 'Bad Request: can\'t parse entities: Unclosed start tag "a" at byte offset 0'),
    Row("attribute without value", "sendMessage", html("<a href>x</a>"), 'Bad Request: can\'t parse entities: Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    Row("empty attribute", "sendMessage", html('<a ="x">y</a>'), 'Bad Request: can\'t parse entities: Empty attribute name in the tag "a" at byte offset 0'),
    Row("bare attribute value", "sendMessage", html("<a href=x/y>z</a>"), "Bad Request: can't parse entities: Unexpected end of name token at byte offset 8"),
    Row("unexpected end tag", "sendMessage", html("x</b>"), "Bad Request: can't parse entities: Unexpected end tag at byte offset 1"),
    Row("end tag cut off", "sendMessage", html("<b>x</b"), "Bad Request: can't parse entities: Unclosed end tag at byte offset 4"),
    Row("crossed tags", "sendMessage", html("<b>ö<i>x</b></i>"), 'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
    Row("span without class", "sendMessage", html("<span>x</span>"), 'Bad Request: can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0'),
    Row("emoji without id", "sendMessage", html("<tg-emoji>x</tg-emoji>"), "Bad Request: can't parse entities: Invalid custom emoji identifier specified"),
    Row("markdown not closed", "sendMessage", text(text="é *bold", parse_mode="Markdown"), "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 3"),
    Row("reserved", "sendMessage", markdown("1.5 kWh"), "Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"),
    Row("one bar", "sendMessage", markdown("a|b"), "Bad Request: can't parse entities: Character '|' is reserved and must be escaped with the preceding '\\'"),
    Row("exclamation", "sendMessage", markdown("go!"), "Bad Request: can't parse entities: Character '!' is reserved and must be escaped with the preceding '\\'"),
    Row("quote within a line", "sendMessage", markdown("a>b"), "Bad Request: can't parse entities: Character '>' is reserved and must be escaped with the preceding '\\'"),
    Row("bold not closed", "sendMessage", markdown("é *x"), "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 3"),
    Row("italic in bold not closed", "sendMessage", markdown("*a _b*"), "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 5"),
    Row("underline not closed", "sendMessage", markdown("__x_"), "Bad Request: can't parse entities: Can't find end of Italic entity at byte offset 3"),
    Row("code not closed", "sendMessage", markdown("`x"), "Bad Request: can't parse entities: Can't find end of Code entity at byte offset 0"),
    Row("block not closed", "sendMessage", markdown("```py\nx"), "Bad Request: can't parse entities: Can't find end of PreCode entity at byte offset 0"),
    Row("spoiler not closed", "sendMessage", markdown("||x"), "Bad Request: can't parse entities: Can't find end of Spoiler entity at byte offset 0"),
    Row("link not closed", "sendMessage", markdown("[x"), "Bad Request: can't parse entities: Can't find end of TextUrl entity at byte offset 0"),
    Row("address not closed", "sendMessage", markdown("[x](y"), "Bad Request: can't parse entities: Can't find end of a URL at byte offset 4"),
    Row("emoji without address", "sendMessage", markdown("![x]"), "Bad Request: can't parse entities: The entity must contain a tg://emoji or tg://time URL"),
    Row("emoji with another address", "sendMessage", markdown("![x](https://example.com)"), "Bad Request: can't parse entities: Invalid tg://emoji or tg://time URL specified"),
    Row("style over the end of a quote", "sendMessage", markdown(">*x\ny*"), "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 1"),
    Row("caption too", "sendPhoto", {"chat_id": CHAT, "photo": png(), "caption": "<x>", "parse_mode": "HTML"}, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    Row("entity no object", "sendMessage", text(entities=[1]), "Bad Request: can't parse MessageEntity: expected an Object"),
    Row("entity without offset", "sendMessage", text(entities=[{"type": "bold", "length": 1}]), "Bad Request: can't parse MessageEntity: Can't find field \"offset\""),
    Row("entity of unknown type", "sendMessage", text(entities=[{"type": "loud", "offset": 0, "length": 1}]), "Bad Request: can't parse MessageEntity: Unsupported type specified"),
    Row("entity past the end", "sendMessage", text(entities=[{"type": "bold", "offset": 3, "length": 9}]), "Bad Request: entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 12"),
]
KEYBOARDS = [
    Row("not JSON", "sendMessage", text(reply_markup="{"), "Bad Request: can't parse reply keyboard markup JSON object" ),
    Row("no object", "sendMessage", text(reply_markup=[]), "Bad Request: object expected as reply markup"),
    Row("null rows", "sendMessage", text(reply_markup={"inline_keyboard": None}), 'Bad Request: field "inline_keyboard" must be of type Array'),
    Row("flat rows", "sendMessage", text(reply_markup={"inline_keyboard": [{"text": "x"}]}), 'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
    Row("flat keyboard", "sendMessage", text(reply_markup={"keyboard": ["x"]}), 'Bad Request: field "keyboard" must be an Array of Arrays'),
    Row("button no object", "sendMessage", inline("x"), "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    Row("keyboard button a number", "sendMessage", text(reply_markup={"keyboard": [[1]]}), "Bad Request: can't parse keyboard button: KeyboardButton must be a String or an Object"),
    Row("no text", "sendMessage", inline({"callback_data": "x"}), "Bad Request: can't parse inline keyboard button: Can't find field \"text\""),
    Row("empty text", "sendMessage", inline({"text": "", "callback_data": "x"}), "Bad Request: inline keyboard button text must be non-empty"),
    Row("no action", "sendMessage", inline({"text": "x"}), "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    Row("empty data", "sendMessage", inline({"text": "x", "callback_data": ""}), "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    Row("65 bytes of data", "sendMessage", inline({"text": "x", "callback_data": "é" * 32 + "x"}), "Bad Request: BUTTON_DATA_INVALID"),
    Row("style", "sendMessage", inline({"text": "x", "callback_data": "x", "style": "loud"}), "Bad Request: can't parse inline keyboard button: invalid button style specified"),
    Row("link to a bare host", "sendMessage", inline({"text": "x", "url": "http://localhost"}), "Bad Request: inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL"),
    Row("link to a phone", "sendMessage", inline({"text": "x", "url": "tel:+4930"}), "Bad Request: inline keyboard button URL 'tel:+4930' is invalid: Wrong port number specified in the URL"),
    Row("link by ftp", "sendMessage", inline({"text": "x", "url": "ftp://example.com"}), "Bad Request: inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol"),
    Row("link with a blank", "sendMessage", inline({"text": "x", "url": "http://exa mple.com"}), "Bad Request: inline keyboard button URL 'http://exa mple.com' is invalid: Disallowed character in URL host"),
    Row("link without a top level", "sendMessage", inline({"text": "x", "url": "http://a.b-1"}), "Bad Request: BUTTON_URL_INVALID"),
    Row("plain Mini App", "sendMessage", inline({"text": "x", "web_app": {"url": "http://example.com"}}), "Bad Request: inline keyboard button Web App URL 'http://example.com' is invalid: Only HTTPS links are allowed"),
    Row("Mini App in a group", "sendMessage", {**inline({"text": "x", "web_app": {"url": "https://example.com"}}), "chat_id": "$group"}, "Bad Request: BUTTON_TYPE_INVALID"),
    Row("paying without invoice", "sendMessage", inline({"text": "x", "pay": True}), "Bad Request: BUTTON_TYPE_INVALID" ),
    Row("257 to copy", "sendMessage", inline({"text": "x", "copy_text": {"text": "c" * 257}}), "Bad Request: BUTTON_COPY_TEXT_INVALID"),
    Row("101 buttons", "sendMessage", inline(*[{"text": "x", "callback_data": "x"}] * 101), "Bad Request: reply markup is too long"),
    Row("location in a group", "sendMessage", keyboard("$group", request_location=True), "Bad Request: location can be requested in private chats only"),
    Row("phone in a group", "sendMessage", keyboard("$group", request_contact=True), "Bad Request: phone number can be requested in private chats only"),
    Row("empty keyboard button", "sendMessage", text(reply_markup={"keyboard": [[""]]}), "Bad Request: keyboard button text must be non-empty"),
]
EDITING = [
    Row("same text", "editMessageText", edit("text", text="<b>hello</b>", parse_mode="HTML"), NOT_MODIFIED),
    Row("same text and keyboard", "editMessageText", edit("card", text="card", reply_markup={"inline_keyboard": [[{"callback_data": "x", "text": "b"}]]}), NOT_MODIFIED),
    Row("same keyboard", "editMessageReplyMarkup", edit("card", reply_markup={"inline_keyboard": [[{"text": "b", "callback_data": "x"}]]}), NOT_MODIFIED),
    Row("no keyboard to remove", "editMessageReplyMarkup", edit("text"), NOT_MODIFIED),
    Row("same caption", "editMessageCaption", edit("photo", caption="cap"), NOT_MODIFIED),
    Row("same media", "editMessageMedia", edit("photo", media={"type": "photo", "media": "$photo_file", "caption": "cap"}), NOT_MODIFIED),
    Row("nothing there", "editMessageText", {"chat_id": CHAT, "message_id": 999, "text": "x"}, "Bad Request: message to edit not found"),
    Row("no id", "editMessageText", {"chat_id": CHAT, "text": "x"}, "Bad Request: message to edit not found"),
    Row("no id at all", "editMessageText", {"text": "x"}, "Bad Request: message identifier is not specified"),
    Row("unknown inline message", "editMessageText", {"text": "x", "inline_message_id": "x"}, "Bad Request: MESSAGE_ID_INVALID"),
    Row("deleted", "editMessageText", edit("deleted", text="x"), "Bad Request: message to edit not found"),
    Row("somebody else's", "editMessageText", edit("theirs", text="x"), "Bad Request: message can't be edited"),
    Row("with a reply keyboard", "editMessageText", edit("plain", text="x"), "Bad Request: message can't be edited"),
    Row("no text", "editMessageText", edit("text"), "Bad Request: message text is empty"),
    Row("text of a photo", "editMessageText", edit("photo", text="x"), "Bad Request: there is no text in the message to edit"),
    Row("caption of a text", "editMessageCaption", edit("text", caption="x"), "Bad Request: there is no caption in the message to edit"),
    Row("media of a venue", "editMessageMedia", edit("venue", media={"type": "photo", "media": "$photo_file"}), "Bad Request: there is no media in the message to edit"),
    Row("4097 characters", "editMessageText", edit("text", text=BOLD + "b"), "Bad Request: MESSAGE_TOO_LONG"),
    Row("1025 in a caption", "editMessageCaption", edit("photo", caption="c" * 1025), "Bad Request: MEDIA_CAPTION_TOO_LONG"),
    Row("reply keyboard", "editMessageText", edit("text", text="x", reply_markup={"keyboard": [["b"]]}), "Bad Request: inline keyboard expected"),
    Row("no media", "editMessageMedia", edit("photo"), 'Bad Request: parameter "media" is required'),
    Row("media not JSON", "editMessageMedia", edit("photo", media="{"), "Bad Request: can't parse input media JSON object"),
    Row("media no object", "editMessageMedia", edit("photo", media=[]), "Bad Request: can't parse InputMedia: expected an Object"),
    Row("media missing", "editMessageMedia", edit("photo", media={"type": "photo", "media": "attach://x"}), "Bad Request: can't parse InputMedia: media not found"),
    Row("media of unknown type", "editMessageMedia", edit("photo", media={"type": "hologram", "media": "x"}), 'Bad Request: can\'t parse InputMedia: type "hologram" is unsupported'),
    Row("delete nothing", "deleteMessage", {"chat_id": CHAT, "message_id": 999}, "Bad Request: message to delete not found"),
    Row("delete twice", "deleteMessage", edit("deleted"), "Bad Request: message to delete not found"),
    Row("delete where", "deleteMessage", {"message_id": 1}, "Bad Request: chat identifier is not specified"),
    Row("delete what", "deleteMessage", {"chat_id": CHAT}, "Bad Request: message identifier is not specified"),
    Row("delete a member's", "deleteMessage", {"chat_id": "$group", "message_id": "$group_theirs"}, "Bad Request: message can't be deleted"),
    Row("delete none", "deleteMessages", {"chat_id": CHAT}, "Bad Request: message identifiers are not specified"),
    Row("delete 101", "deleteMessages", {"chat_id": CHAT, "message_ids": list(range(1, 102))}, "Bad Request: too many message identifiers specified"),
    Row("copy nothing", "copyMessage", {"chat_id": CHAT, "from_chat_id": CHAT, "message_id": 999}, "Bad Request: message to copy not found"),
    Row("copy from nowhere", "copyMessage", {"chat_id": CHAT, "message_id": 1}, 'Bad Request: parameter "from_chat_id" is required'),
    Row("copy from elsewhere", "copyMessage", {"chat_id": CHAT, "from_chat_id": 7, "message_id": 1}, "Bad Request: chat not found"),
    Row("copy to nowhere", "copyMessage", {"from_chat_id": CHAT, "message_id": "$text"}, "Bad Request: chat_id is empty"),
    Row("copy with a long caption", "copyMessage", {"chat_id": CHAT, "from_chat_id": CHAT, "message_id": "$photo", "caption": "c" * 1025}, "Bad Request: message caption is too long"),
    Row("copy a pin", "copyMessage", {"chat_id": CHAT, "from_chat_id": CHAT, "message_id": "$pin"}, "Bad Request: the message can't be copied"),
    Row("forward a pin", "forwardMessage", {"chat_id": CHAT, "from_chat_id": CHAT, "message_id": "$pin"}, "Bad Request: the message can't be forwarded"),
    Row("forward what is protected", "forwardMessage", {"chat_id": CHAT, "from_chat_id": CHAT, "message_id": "$protected"}, "Bad Request: the message can't be forwarded"),
    Row("forward nothing", "forwardMessage", {"chat_id": CHAT, "from_chat_id": CHAT, "message_id": 999}, "Bad Request: message to forward not found"),
    Row("forward only what may not", "forwardMessages", {"chat_id": CHAT, "from_chat_id": CHAT, "message_ids": ["$protected"]}, "Bad Request: messages can't be forwarded"),
    Row("copy only what is not there", "copyMessages", {"chat_id": CHAT, "from_chat_id": CHAT, "message_ids": [998, 999]}, "Bad Request: there are no messages to forward"),
    Row("copy backwards", "copyMessages", {"chat_id": CHAT, "from_chat_id": CHAT, "message_ids": ["$photo", "$text"]}, "Bad Request: message identifiers must be in a strictly increasing order"),
    Row("copy 101", "copyMessages", {"chat_id": CHAT, "from_chat_id": CHAT, "message_ids": list(range(1, 102))}, "Bad Request: too many message identifiers specified"),
    Row("edit a forward", "editMessageText", edit("forwarded", text="x"), "Bad Request: message can't be edited"),
    Row("pin a pin", "pinChatMessage", edit("pin"), "Bad Request: service messages can't be pinned"),
    Row("pin nothing", "pinChatMessage", {"chat_id": CHAT, "message_id": 999}, "Bad Request: message to pin not found"),
    Row("unpin nothing", "unpinChatMessage", {"chat_id": CHAT}, "Bad Request: message to unpin not found"),
    Row("unpin unknown", "unpinChatMessage", {"chat_id": CHAT, "message_id": 999}, "Bad Request: message to unpin not found"),
]
REST = [
    Row("unknown query", "answerCallbackQuery", {"callback_query_id": "1"}, TOO_OLD),
    Row("no query", "answerCallbackQuery", {}, TOO_OLD),
    Row("no file id", "getFile", {}, "Bad Request: file_id not specified"),
    Row("no id", "getFile", {"file_id": "??"}, "Bad Request: invalid file_id"),
    Row("unknown file", "getFile", {"file_id": "A" * 40}, "Bad Request: wrong file_id or the file is temporarily unavailable"),
    Row("unknown chat", "getChat", {"chat_id": 1}, "Bad Request: chat not found"),
    Row("webhook by http", "setWebhook", {"url": "http://example.com/"}, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    Row("webhook port", "setWebhook", {"url": "https://example.com:8080/"}, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    Row("webhook nowhere", "setWebhook", {"url": "https://:1"}, "Bad Request: invalid webhook URL specified"),
    Row("webhook by ftp", "setWebhook", {"url": "ftp://example.com"}, "Bad Request: invalid webhook URL specified"),
    Row("long secret", "setWebhook", {"url": "https://127.0.0.1/", "secret_token": "s" * 257}, "Bad Request: secret token is too long"),
    Row("odd secret", "setWebhook", {"url": "https://127.0.0.1/", "secret_token": "a b"}, "Bad Request: secret token contains unallowed characters"),
    Row("commands no list", "setMyCommands", {"commands": {}}, "Bad Request: expected an Array of BotCommand"),
    Row("commands not JSON", "setMyCommands", {"commands": "["}, "Bad Request: can't parse commands JSON object"),
    Row("command without text", "setMyCommands", {"commands": [{"command": "a"}]}, "Bad Request: can't parse BotCommand: Can't find field \"description\""),
    Row("empty command", "setMyCommands", {"commands": [{"command": "/", "description": "d"}]}, "Bad Request: command must be non-empty"),
    Row("long command", "setMyCommands", {"commands": [{"command": "c" * 33, "description": "d"}]}, "Bad Request: command length must not exceed 32"),
    Row("upper case", "setMyCommands", {"commands": [{"command": "Find", "description": "d"}]}, "Bad Request: BOT_COMMAND_INVALID"),
    Row("no description", "setMyCommands", {"commands": [{"command": "c", "description": " "}]}, "Bad Request: command description must be non-empty"),
    Row("long description", "setMyCommands", {"commands": [{"command": "c", "description": "d" * 257}]}, "Bad Request: command description length must not exceed 256"),
    Row("101 commands", "setMyCommands", {"commands": [{"command": "c", "description": "d"}] * 101}, "Bad Request: BOT_COMMANDS_TOO_MUCH"),
    Row("scope", "setMyCommands", {"scope": {"type": "moon"}}, "Bad Request: can't parse BotCommandScope: Unsupported type specified"),
    Row("scope's chat", "getMyCommands", {"scope": {"type": "chat", "chat_id": 1}}, "Bad Request: chat not found"),
    Row("administrators of a private chat", "setMyCommands", {"scope": {"type": "chat_administrators", "chat_id": CHAT}}, "Bad Request: can't use specified scope in private chats"),
    Row("member of nobody", "setMyCommands", {"scope": {"type": "chat_member", "chat_id": "$group", "user_id": 0}}, "Bad Request: can't parse BotCommandScope: Invalid user_id specified"),
    Row("language of a name", "setMyName", {"language_code": "EN"}, "Bad Request: invalid language code specified"),
    Row("button not JSON", "setChatMenuButton", {"menu_button": "{"}, "Bad Request: can't parse menu button JSON object"),
    Row("button no object", "setChatMenuButton", {"menu_button": []}, "Bad Request: can't parse menu button: MenuButton must be an Object"),
    Row("button of unknown type", "setChatMenuButton", {"menu_button": {"type": "x"}}, "Bad Request: can't parse menu button: MenuButton has unsupported type"),
    Row("button without text", "setChatMenuButton", {"menu_button": {"type": "web_app", "text": "", "web_app": {"url": "https://a.com"}}}, "Bad Request: menu button text must be non-empty"),
    Row("button to plain http", "setChatMenuButton", {"menu_button": {"type": "web_app", "text": "M", "web_app": {"url": "http://a.com"}}}, "Bad Request: menu button Web App URL 'http://a.com' is invalid: Only HTTPS links are allowed"),
    Row("button of nobody", "getChatMenuButton", {"chat_id": 1}, "Bad Request: user not found"),
    Row("button of a group", "getChatMenuButton", {"chat_id": "$group"}, "Bad Request: invalid chat_id specified"),
    Row("photos of nobody", "getUserProfilePhotos", {"user_id": 1}, "Bad Request: user not found"),
    Row("photos of no id", "getUserProfilePhotos", {}, "Bad Request: invalid user_id specified"),
    Row("reaction to nothing", "setMessageReaction", edit("nothing", message_id=999, reaction=[]), "Bad Request: message to react not found"),
    Row("reaction not JSON", "setMessageReaction", edit("text", reaction="["), "Bad Request: can't parse reaction types JSON object"),
    Row("reaction no array", "setMessageReaction", edit("text", reaction={}), "Bad Request: expected an Array of ReactionType"),
    Row("reaction of no type", "setMessageReaction", edit("text", reaction=[{}]), 'Bad Request: can\'t parse ReactionType: Can\'t find field "type"'),
    Row("paid reaction", "setMessageReaction", edit("text", reaction=[{"type": "paid"}]), "Bad Request: can't parse ReactionType: invalid reaction type specified"),
    Row("two reactions", "setMessageReaction", edit("text", reaction=[{"type": "emoji", "emoji": "👍"}] * 2), "Bad Request: REACTIONS_TOO_MANY"),
    Row("another emoji", "setMessageReaction", edit("text", reaction=[{"type": "emoji", "emoji": "🚗"}]), "Bad Request: REACTION_INVALID"),
    Row("language", "deleteMyCommands", {"language_code": "deu"}, "Bad Request: invalid language code specified"),
]
# fmt: on
TABLES = {
    "chats": CHATS,
    "sending": SENDING,
    "entities": ENTITIES,
    "keyboards": KEYBOARDS,
    "editing": EDITING,
    "rest": REST,
}


@pytest.fixture
async def scene(api: BotApi, alice, telegram) -> dict[str, Any]:
    """A chat with one message of each sort, and a group; by name, as the rows use them."""
    bob = await telegram.person("Bob")
    carol = await telegram.person("Carol")
    await telegram.request("POST", f"people/{carol.id}/deactivate")
    group = await telegram.request("POST", "groups", {"title": "Group", "members": [CHAT]})
    hello = await telegram.request("POST", f"chats/{group['id']}/text", {"text": "hello"})
    button = {"inline_keyboard": [[{"text": "b", "callback_data": "x"}]]}
    sent = {
        "text": await api.ok("sendMessage", chat_id=CHAT, text="<b>hello</b>", parse_mode="HTML"),
        "card": await api.ok("sendMessage", chat_id=CHAT, text="card", reply_markup=button),
        "plain": await api.ok("sendMessage", chat_id=CHAT, text="?", reply_markup={"remove_keyboard": True}),
        "photo": await api.ok("sendPhoto", chat_id=CHAT, photo=png(), caption="cap"),
        "venue": await api.ok("sendVenue", chat_id=CHAT, latitude=1, longitude=2, title="t", address="a"),
        "deleted": await api.ok("sendMessage", chat_id=CHAT, text="soon gone"),
        "protected": await api.ok("sendMessage", chat_id=CHAT, text="keep", protect_content=True),
        "forwarded": await api.ok("forwardMessage", chat_id=CHAT, from_chat_id=CHAT, message_id=1),
    }
    await api.ok("pinChatMessage", chat_id=CHAT, message_id=sent["card"]["message_id"])
    await api.ok("unpinChatMessage", chat_id=CHAT)
    await api.ok("deleteMessage", chat_id=CHAT, message_id=sent["deleted"]["message_id"])
    numbers = {name: message["message_id"] for name, message in sent.items()}
    numbers["pin"] = sent["forwarded"]["message_id"] + 1
    people = {"bob": bob.id, "carol": carol.id, "group": group["id"], "group_theirs": hello["id"], "theirs": 1}
    return {**numbers, **people, "photo_file": sent["photo"]["photo"][-1]["file_id"]}


@pytest.mark.parametrize("name", TABLES)
async def test_refused_in_the_servers_own_words(name, api: BotApi, scene, clock):
    assert await answers(api, TABLES[name], scene, clock) == golden(TABLES[name])


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/", 404, "Not Found"),
        ("/robot", 404, "Not Found"),
        ("/bot1001:TEST/nothing", 404, "Not Found: method not found"),
        ("/bot1001:TEST", 404, "Not Found: method not found"),
        ("/bot1001/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot0:TEST/getMe", 401, "Unauthorized: invalid token specified"),
        (f"/bot1:{'x' * 79}/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot1001:WRONG/getMe", 401, "Unauthorized"),
        ("/file/bot1001:TEST/photos/none.jpg", 404, "Not Found"),
        ("/file/bot1001:WRONG/photos/none.jpg", 401, "Unauthorized"),
    ],
)
async def test_paths_and_tokens(path, status, description, api: BotApi):
    async with api.session.get(api.url + path) as answer:
        assert answer.status == status
        assert answer.content_type == "application/json"
        assert orjson.loads(await answer.read()) == {"ok": False, "error_code": status, "description": description}


async def test_arguments_may_come_by_query_form_json_or_multipart_in_any_letter_case(api: BotApi, alice):
    args = {"chat_id": CHAT, "text": "hi", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "x"}]]}}
    as_strings = {"chat_id": "501", "text": "hi", "reply_markup": orjson.dumps(args["reply_markup"]).decode()}
    url = f"{api.url}/bot1001%3ATEST/SENDMESSAGE"
    requests = [
        api.session.get(url, params=as_strings),
        api.session.post(url, data=as_strings),
        api.session.post(url, data=orjson.dumps(args), headers={"Content-Type": "application/json"}),
        api.session.post(
            url, params={"text": "hi"}, data={"chat_id": "501", "reply_markup": as_strings["reply_markup"]}
        ),
    ]
    for request in requests:
        async with request as answer:
            result = orjson.loads(await answer.read())["result"]
            assert (result["text"], result["reply_markup"]) == ("hi", args["reply_markup"])


@pytest.mark.parametrize(
    ("body", "text"), [(b"[1]", "JSON object expected"), (b"{", "can't parse parameter value: it is not valid JSON")]
)
async def test_broken_json_is_a_bad_request(body, text, api: BotApi):
    async with api.session.post(
        f"{api.url}/bot1001:TEST/getMe", data=body, headers={"Content-Type": "application/json"}
    ) as answer:
        assert (answer.status, orjson.loads(await answer.read())["description"]) == (400, f"Bad Request: {text}")


async def test_text_that_is_not_utf_8_is_refused(api: BotApi, alice):
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with api.session.post(f"{api.url}/bot1001:TEST/sendMessage", data=body, headers=headers) as answer:
        description = orjson.loads(await answer.read())["description"]
    assert description == "Bad Request: strings must be encoded in UTF-8"


async def test_too_large_a_request_is_413(api: BotApi):
    async with api.session.post(
        f"{api.url}/bot1001:TEST/sendDocument",
        data=io.BytesIO(bytes(51 << 20)),
        headers={"Content-Type": "application/json"},
    ) as answer:
        assert (answer.status, orjson.loads(await answer.read())["description"]) == (413, "Request Entity Too Large")


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        ("kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("left", "Forbidden: bot is not a member of the supergroup chat"),
    ],
)
async def test_outside_of_a_group_the_bot_is_forbidden(status, answer, api: BotApi, scene, telegram):
    await telegram.request("POST", f"chats/{scene['group']}/membership", {"status": status})
    assert await api.refused("sendMessage", chat_id=scene["group"], text="x") == answer


async def test_an_upgraded_group_says_where_it_went(api: BotApi, alice, telegram):
    group = await telegram.request("POST", "groups", {"title": "G", "kind": "group", "members": [CHAT]})
    await telegram.request("POST", f"chats/{group['id']}/membership", {"migrated_to": -1001234567890})
    body = await api("sendMessage", chat_id=group["id"], text="x")
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": -1001234567890}


async def test_a_callback_is_answered_once_in_time_and_briefly(api: BotApi, alice, clock, scene):
    card = next(message for message in await alice.messages() if message.id == scene["card"])
    press = await alice.press(card, "b")
    answer = {"callback_query_id": press.callback_id}
    assert await api.refused("answerCallbackQuery", **answer, text="t" * 201) == "Bad Request: MESSAGE_TOO_LONG"
    assert await api.refused("answerCallbackQuery", **answer, url="https://example.com") == "Bad Request: URL_INVALID"
    await api.ok("answerCallbackQuery", **answer, text="t" * 200)
    assert await api.refused("answerCallbackQuery", **answer) == TOO_OLD
    late = await alice.press(card, "b")
    clock.advance(150)
    assert await api.refused("answerCallbackQuery", callback_query_id=late.callback_id) == TOO_OLD


async def test_a_press_on_a_deleted_message_brings_an_inaccessible_one(api: BotApi, alice, scene):
    card = next(message for message in await alice.messages() if message.id == scene["card"])
    await api.ok("deleteMessage", chat_id=CHAT, message_id=card.id)
    await alice.press(card, "b")
    query = (await api.ok("getUpdates"))[-1]["callback_query"]
    assert query["message"] == {"message_id": card.id, "chat": query["message"]["chat"], "date": 0}


async def test_after_48_hours_a_message_can_be_edited_but_not_deleted(api: BotApi, scene, clock):
    clock.advance(48 * 3600 + 1)
    target = {"chat_id": CHAT, "message_id": scene["text"]}
    assert (await api.ok("editMessageText", **target, text="old"))["edit_date"] == int(clock.time())
    assert await api.refused("deleteMessage", **target) == "Bad Request: message can't be deleted for everyone"


async def test_only_inline_markup_is_echoed(api: BotApi, alice):
    inline_markup = {"inline_keyboard": [[{"text": "b", "callback_data": "x", "style": "danger"}]]}
    assert (await api.ok("sendMessage", chat_id=CHAT, text="x", reply_markup=inline_markup))[
        "reply_markup"
    ] == inline_markup
    for other in ({"keyboard": [["b"]]}, {"remove_keyboard": True}, {"force_reply": True}, {"inline_keyboard": []}):
        assert "reply_markup" not in await api.ok("sendMessage", chat_id=CHAT, text="x", reply_markup=other)


async def test_of_several_actions_on_a_button_the_first_in_the_servers_order_wins(api: BotApi, alice):
    button = {"text": "b", "copy_text": {"text": "c"}, "switch_inline_query": "q", "callback_data": "d"}
    sent = await api.ok("sendMessage", **inline(button))
    assert sent["reply_markup"]["inline_keyboard"] == [[{"text": "b", "callback_data": "d"}]]


async def test_an_edit_without_markup_removes_the_keyboard(api: BotApi, scene):
    edited = await api.ok("editMessageText", chat_id=CHAT, message_id=scene["card"], text="card")
    assert "reply_markup" not in edited


async def test_the_longest_of_everything_is_accepted(api: BotApi, alice):
    assert len((await api.ok("sendMessage", **html(f"<b>{BOLD}</b>")))["text"]) == 4096
    assert len((await api.ok("sendMessage", **text(text="😀" * 4096)))["text"]) == 4096
    assert len((await api.ok("sendPhoto", chat_id=CHAT, photo=png(), caption="c" * 1024))["caption"]) == 1024
    await api.ok("sendMessage", **inline({"text": "x", "callback_data": "é" * 32}))
    await api.ok("sendMessage", **text(reply_parameters={"message_id": 999, "allow_sending_without_reply": True}))


async def test_private_chats_share_one_count_of_messages_and_supergroups_have_their_own(api: BotApi, alice, telegram):
    bob = await telegram.person("Bob")
    await bob.start()
    group = await telegram.request("POST", "groups", {"title": "G", "members": [CHAT]})
    first = await api.ok("sendMessage", chat_id=CHAT, text="x")
    second = await api.ok("sendMessage", chat_id=bob.id, text="x")
    assert second["message_id"] == first["message_id"] + 1
    assert (await api.ok("sendMessage", chat_id=group["id"], text="x"))["message_id"] == 1


async def test_a_pin_is_told_to_the_bot_and_the_newest_is_unpinned_first(api: BotApi, scene):
    for name in ("text", "card"):
        await api.ok("pinChatMessage", chat_id=CHAT, message_id=scene[name])
    service = (await api.ok("getUpdates"))[-1]["message"]
    assert service["pinned_message"]["message_id"] == scene["card"]
    assert (
        await api.refused("editMessageText", chat_id=CHAT, message_id=service["message_id"], text="x")
        == "Bad Request: message can't be edited"
    )
    await api.ok("unpinChatMessage", chat_id=CHAT)
    assert (await api.ok("getChat", chat_id=CHAT))["pinned_message"]["message_id"] == scene["text"]


async def test_media_can_replace_text_and_other_media(api: BotApi, scene):
    media = {"type": "photo", "media": "attach://new", "caption": "<i>now</i>", "parse_mode": "HTML"}
    edited = await api.ok("editMessageMedia", chat_id=CHAT, message_id=scene["text"], media=media, new=png(10, 10))
    assert edited["photo"][-1]["width"] == 10
    assert edited["caption_entities"] == [{"offset": 0, "length": 3, "type": "italic"}]
    document = await api.ok(
        "editMessageMedia",
        chat_id=CHAT,
        message_id=scene["text"],
        media={"type": "document", "media": "attach://new"},
        new=b"x",
    )
    assert "photo" not in document
    assert document["document"]["file_size"] == 1


async def test_commands_are_kept_by_scope_and_language_and_people_see_the_nearest(api: BotApi, alice, telegram):
    def commands(name):
        return [{"command": name, "description": "d"}]

    await api.ok("setMyCommands", commands=commands("anybody"))
    await api.ok("setMyCommands", commands=commands("/private"), scope={"type": "all_private_chats"})
    await api.ok("setMyCommands", commands=commands("privat"), scope={"type": "all_private_chats"}, language_code="de")
    bernd = await telegram.person("Bernd", language="de-AT")
    assert (await alice.chat())["commands"] == commands("private")
    assert (await bernd.chat())["commands"] == commands("privat")
    assert await api.ok("getMyCommands", language_code="de") == []
    await api.ok("deleteMyCommands", scope={"type": "all_private_chats"})
    assert (await alice.chat())["commands"] == commands("anybody")
