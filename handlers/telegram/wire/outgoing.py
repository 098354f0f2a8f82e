"""Everything we say to drivers goes out here: in its turn, in HTML, and with one meaning for each way it can fail."""

import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Final, TypeVar

from telegram import ForceReply, InlineKeyboardMarkup, InputFile, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.nursery import Nursery
from bot.ports import Clock, Lane
from handlers.escape import plain
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter, Throttled

log = logging.getLogger(__name__)

T = TypeVar("T")
ReplyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply

PAUSES: Final = (0.5, 1.0, 2.0)
"""Seconds between tries when Telegram cannot be reached; afterwards the caller decides."""

PATIENCE: Final = 2.0
LATER_PAUSES: Final = (1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 300.0)
LATER_PATIENCE: Final = 600.0
NO_PREVIEW: Final = {"is_disabled": True}

_SAME: Final = "message is not modified"
_BAD_MARKUP: Final = ("can't parse entities", "message is too long", "message_too_long")
_GONE: Final = ("message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message")
_NO_CHAT: Final = ("chat not found", "user is deactivated", "peer_id_invalid")


class FileKind(StrEnum):
    """How a file is shown: as a picture in the chat, or as a document to keep."""

    PHOTO = "photo"
    DOCUMENT = "document"


_METHODS: Final = {FileKind.PHOTO: "sendPhoto", FileKind.DOCUMENT: "sendDocument"}


class Unreachable(Exception):
    """This chat takes no messages from us: blocked, deleted or gone. Trying again is of no use."""


class MessageGone(Exception):
    """The message to edit is not there any more: send a new one."""


class Outgoing:
    """Sends and edits messages. All texts are HTML of ours, foreign words in them through handlers.escape.esc."""

    def __init__(self, bot: Bot, limiter: Limiter, clock: Clock, nursery: Nursery) -> None:
        self._bot = bot
        self._limiter = limiter
        self._clock = clock
        self._nursery = nursery
        self._progress: dict[str, Callable[[], Awaitable[None]]] = {}

    async def send(
        self,
        chat_id: int,
        text: str,
        keyboard: ReplyMarkup | None = None,
        *,
        lane: Lane | None = Lane.START,
        silent: bool = False,
        topic: int | None = None,
        patience: float | None = None,
    ) -> int:
        """Send a message and give its id; a timeout is tried again, since twice is better than never.

        Raises:
            Unreachable: the driver cannot be told. Throttled: not within `patience` seconds.
            TelegramError: Telegram cannot be reached, or it refuses for another reason.

        """
        content = _content(text, keyboard)
        content |= {"disable_notification": silent or None, "message_thread_id": topic}
        message = await self.post("sendMessage", chat_id, content, lane=lane, patience=patience)
        return int(message["message_id"])

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        text: str,
        keyboard: ReplyMarkup | None = None,
        *,
        lane: Lane | None = Lane.START,
        patience: float | None = None,
    ) -> None:
        """Change a message; one that reads so already is a success. `lane` None: its turn has come (see `progress`).

        Raises:
            MessageGone: send a new one. Unreachable, Throttled, TelegramError: as for `send`.

        """
        content = _content(text, keyboard) | {"message_id": message_id}
        try:
            await self.post("editMessageText", chat_id, content, lane=lane, patience=patience)
        except BadRequest as error:
            if _says(error, _SAME):
                return
            if _says(error, *_GONE):
                raise MessageGone from None
            raise

    async def send_file(
        self,
        chat_id: int,
        kind: FileKind,
        name: str,
        data: bytes,
        caption: str = "",
        keyboard: ReplyMarkup | None = None,
        *,
        lane: Lane | None = Lane.START,
        silent: bool = False,
        topic: int | None = None,
        patience: float | None = None,
    ) -> int:
        """Send a file of ours under this name (at most 10 MB as a photo, 50 MB as a document); give the message's id.

        Raises:
            Unreachable, Throttled, TelegramError: as for `send`.

        """
        content: dict[str, Any] = {
            kind.value: InputFile(data, filename=name),
            "caption": caption or None,
            "parse_mode": ParseMode.HTML,
            "reply_markup": keyboard and keyboard.to_dict(),
            "disable_notification": silent or None,
            "message_thread_id": topic,
        }
        message = await self.post(_METHODS[kind], chat_id, content, lane=lane, patience=patience)
        return int(message["message_id"])

    async def reply(self, chat_id: int, text: str, keyboard: ReplyMarkup | None = None, **how: Any) -> int | None:
        """Send, but never keep a driver's next tap waiting: what cannot go out at once follows by itself.

        Gives the message's id, or None when it is still under way or the driver is unreachable.
        """
        return await self._soon(lambda patience: self.send(chat_id, text, keyboard, patience=patience, **how))

    async def rewrite(self, chat_id: int, message_id: int, text: str, keyboard: ReplyMarkup | None = None) -> None:
        """Edit as an answer to a tap, in the manner of `reply`; a message that is gone is sent anew."""

        async def attempt(patience: float | None) -> None:
            try:
                await self.edit(chat_id, message_id, text, keyboard, patience=patience)
            except MessageGone:
                await self.send(chat_id, text, keyboard, patience=patience)

        await self._soon(attempt)

    def progress(self, key: str, chat_id: int, show: Callable[[], Awaitable[None]]) -> None:
        """Call `show` when there is room for one progress edit in this chat, the longest waiting `key` first.

        A newer `show` takes the place of one that waits. It reads what is true at that moment and edits with
        `lane=None`. What it raises is logged: progress is shown again when there is more of it.
        """
        waiting = key in self._progress
        self._progress[key] = show
        if not waiting:
            self._nursery.start(self._show(key, chat_id), name="progress")

    async def answer(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a press, so that its button stops spinning; a press too old to be answered is no failure."""
        try:
            await self._bot.call(
                "answerCallbackQuery", callback_query_id=query_id, text=text[:200] or None, show_alert=alert or None
            )
        except TelegramError as error:
            log.debug("a press could not be answered: %s", error)

    async def post(
        self,
        method: str,
        chat_id: int,
        content: dict[str, Any],
        *,
        lane: Lane | None = Lane.START,
        patience: float | None = None,
    ) -> Any:
        """Any sending method with plain JSON values and perhaps a file, in its turn; failures as for `send`.

        Markup that the server cannot read is sent as plain words, a group that became a supergroup is followed.
        """
        droppable = lane is None or lane is Lane.PROGRESS
        pauses = iter(() if droppable or patience is not None else PAUSES)
        while True:
            try:
                return await self._once(method, chat_id, content, lane, patience)
            except RetryAfter:
                if droppable:
                    raise
            except ChatMigrated as error:
                chat_id = error.new_chat_id
            except BadRequest as error:
                content = _readable(content, error)
            except NetworkError:
                pause = next(pauses, None)
                if pause is None:
                    raise
                await self._clock.sleep(pause)

    async def _once(
        self, method: str, chat_id: int, content: dict[str, Any], lane: Lane | None, patience: float | None
    ) -> Any:
        if lane is not None:
            await self._limiter.turn(chat_id, lane, patience=patience)
        try:
            return await self._bot.call(method, chat_id=chat_id, **content)
        except RetryAfter as error:
            self._limiter.refused(chat_id, error)
            raise
        except Forbidden as error:
            raise Unreachable(error.message) from None
        except BadRequest as error:
            if _says(error, *_NO_CHAT):
                raise Unreachable(error.message) from None
            raise

    async def _soon(self, attempt: Callable[[float | None], Awaitable[T]]) -> T | None:
        try:
            return await attempt(PATIENCE)
        except Unreachable as error:
            log.info("a driver cannot be answered: %s", error)
        except (Throttled, NetworkError) as error:
            if isinstance(error, BadRequest):
                raise
            self._nursery.start(self._later(attempt), name="late answer")
        return None

    async def _later(self, attempt: Callable[[float | None], Awaitable[Any]]) -> None:
        for pause in LATER_PAUSES:
            try:
                await attempt(LATER_PATIENCE)
            except Unreachable:
                return
            except (Throttled, NetworkError) as error:
                if isinstance(error, BadRequest):
                    raise
                await self._clock.sleep(pause)
            else:
                return
        log.error("an answer to a driver was given up: Telegram cannot be reached")

    async def _show(self, key: str, chat_id: int) -> None:
        await self._limiter.turn(chat_id, Lane.PROGRESS)
        show = self._progress.pop(key)
        try:
            await show()
        except (TelegramError, Unreachable, MessageGone) as error:
            log.info("progress was not shown: %s", error)


def _content(text: str, keyboard: ReplyMarkup | None) -> dict[str, Any]:
    return {
        "text": text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_PREVIEW,
        "reply_markup": keyboard and keyboard.to_dict(),
    }


def _readable(content: dict[str, Any], error: BadRequest) -> dict[str, Any]:
    """The same as plain words, if it was the markup that the server did not like.

    Raises:
        BadRequest: it was something else.

    """
    if "parse_mode" not in content or not _says(error, *_BAD_MARKUP):
        raise error
    log.warning("a message is sent plain: %s", error)
    return {
        name: plain(value) if name in {"text", "caption"} else value
        for name, value in content.items()
        if name != "parse_mode"
    }


def _says(error: TelegramError, *texts: str) -> bool:
    """The framework changes the case of the server's words."""
    message = error.message.lower()
    return any(text in message for text in texts)
