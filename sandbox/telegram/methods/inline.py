"""answerInlineQuery: results offered to whoever is typing, once and within 30 seconds."""

from typing import Any, Final

import orjson

from sandbox.telegram.call import Call
from sandbox.telegram.errors import QUERY_TOO_OLD, BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.inline import InlineAnswer, InlineQuery, InlineResult
from sandbox.telegram.links import LinkError, check_link, is_start_parameter
from sandbox.telegram.methods.inline_results import Offer, read_result

MAX_RESULTS: Final = 50
MAX_ID_BYTES: Final = 64
MAX_OFFSET_BYTES: Final = 64
MAX_START_PARAMETER: Final = 64
DEFAULT_CACHE_SECONDS: Final = 300
MAX_CACHE_SECONDS: Final = 24 * 3600


def answer_inline_query(call: Call) -> bool:
    cache_seconds = call.integer("cache_time", DEFAULT_CACHE_SECONDS, 0, MAX_CACHE_SECONDS)
    button = _button(call)
    offers = _offers(call)
    _check_button(button)
    results = tuple(offer() for offer in offers)
    query = _query(call)
    _check_ids(results)
    next_offset = call.text("next_offset")
    if len(next_offset.encode()) > MAX_OFFSET_BYTES:
        raise BadRequestError("NEXT_OFFSET_INVALID")
    answer = InlineAnswer(results, next_offset, button)
    if cache_seconds:
        until = call.world.clock.time() + cache_seconds
        call.bot.inline.remember(query, answer, until, personal=call.flag("is_personal"))
    call.world.answer_inline_query(call.bot, query, answer)
    return True


def _query(call: Call) -> InlineQuery:
    query = call.bot.inline.queries.get(call.text("inline_query_id"))
    if query is None or query.answer is not None or query.expires_at <= call.world.clock.time():
        raise BadRequestError(QUERY_TOO_OLD)
    return query


def _check_ids(results: tuple[InlineResult, ...]) -> None:
    ids = [result.id for result in results]
    if not all(1 <= len(result_id.encode()) <= MAX_ID_BYTES for result_id in ids):
        raise BadRequestError("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise BadRequestError("RESULT_ID_DUPLICATE")


def _offers(call: Call) -> list[Offer]:
    source = call.text("results")
    if not source:
        return []
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise BadRequestError(f"Can't parse JSON encoded inline query results: {error.msg}") from error
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRequestError("Expected an Array of inline query results")
    if len(value) > MAX_RESULTS:
        raise BadRequestError("Too many inline query results specified")
    try:
        return [read_result(call, item) for item in value]
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse inline query result: {error.text}") from error


def _button(call: Call) -> dict[str, Any] | None:
    """The button above the results: it opens the chat with the bot, or a Mini App."""
    value = call.json("button", "inline query results button")
    if value is None:
        text, parameter = call.text("switch_pm_text"), call.text("switch_pm_parameter")
        return {"text": text, "start_parameter": parameter} if text else None
    try:
        return _read_button(value)
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse inline query results button: {error.text}") from error


def _read_button(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRequestError("InlineQueryResultsButton must be an Object")
    fields = Fields(value)
    text = fields.string("text")
    if "start_parameter" in fields:
        return {"text": text, "start_parameter": fields.string("start_parameter")}
    if "web_app" in fields:
        return {"text": text, "web_app": {"url": fields.object("web_app").string("url")}}
    raise BadRequestError("InlineQueryResultsButton must have exactly one optional field")


def _check_button(button: dict[str, Any] | None) -> None:
    if button is None:
        return
    if "web_app" in button:
        try:
            check_link(button["web_app"]["url"], https_only=True)
        except LinkError as error:
            raise BadRequestError(f"Inline query button Web App {error}") from error
        return
    parameter = button["start_parameter"]
    if not parameter:
        raise BadRequestError("Can't use empty start_parameter")
    if len(parameter.encode()) > MAX_START_PARAMETER:
        raise BadRequestError("Too long start_parameter specified")
    if not is_start_parameter(parameter):
        raise BadRequestError("Unallowed characters in start_parameter are used")


METHODS: Final = {"answerInlineQuery": answer_inline_query}
