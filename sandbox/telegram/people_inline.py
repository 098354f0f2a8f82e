"""Typing after a bot's name and choosing one of its results."""

from typing import Any

from sandbox.telegram.inline import InlineQuery, InlineResult
from sandbox.telegram.model import Message
from sandbox.telegram.people_acts import Actor, Impossible
from sandbox.telegram.updates import LIFETIMES

MAX_QUERY = 256


def type_query(actor: Actor, text: str, offset: str = "", location: dict[str, float] | None = None) -> InlineQuery:
    """Ask the bot for results, or get the remembered ones to the same words."""
    world, bot = actor.world, actor.bot
    if not bot.inline.enabled:
        raise Impossible("This bot has no inline mode.")
    expires_at = world.clock.time() + LIFETIMES["inline_query"]
    query = InlineQuery(
        world.number(), actor.user, actor.chat, text[:MAX_QUERY].strip(), offset, expires_at, location=location
    )
    remembered = bot.inline.recall(query, world.clock.time())
    query.remembered = remembered is not None
    world.new_inline_query(bot, query)
    if remembered is not None:
        world.answer_inline_query(bot, query, remembered)
        return query
    kind = "sender" if actor.chat.private else actor.chat.kind
    where = {"location": location} if location else {}
    asked = {"id": query.id, "from": actor.user.json(), **where, "chat_type": kind}
    bot.updates.push("inline_query", {**asked, "query": query.text, "offset": offset}, actor.user.id)
    return query


def choose(actor: Actor, query_id: str, result_id: str) -> Message:
    """Send a result into the chat; the bot hears of the choice where it asked for that."""
    query, result = _find(actor, query_id, result_id)
    if result.content is None:
        raise Impossible("This result is a file from the web, which is not part of the sandbox.")
    message = actor.send(result.content, via_inline=True, keyboard=result.keyboard)
    known = {"inline_message_id": message.inline_id} if message.inline_id else {}
    if message.inline_id:
        actor.bot.inline.messages[message.inline_id] = message
    if actor.bot.inline.feedback:
        where: dict[str, Any] = {"location": query.location} if query.location else {}
        chosen = {"from": actor.user.json(), **where, **known, "query": query.text, "result_id": result.id}
        actor.bot.updates.push("chosen_inline_result", chosen, actor.user.id)
    return message


def query_view(actor_query: InlineQuery, now: float) -> dict[str, Any]:
    """The fields are listed in client_api.py."""
    answer = actor_query.answer
    return {
        "query_id": actor_query.id,
        "answered": answer is not None,
        "expired": answer is None and actor_query.expires_at <= now,
        "remembered": actor_query.remembered,
        "results": [dict(result.shown) for result in answer.results] if answer else [],
        "next_offset": answer.next_offset if answer else "",
        "button": answer.button if answer else None,
    }


def _find(actor: Actor, query_id: str, result_id: str) -> tuple[InlineQuery, InlineResult]:
    query = actor.bot.inline.queries.get(query_id)
    results = query.answer.results if query is not None and query.answer is not None else ()
    for result in results:
        if query is not None and result.id == result_id:
            return query, result
    raise Impossible(f"There is no result {result_id!r} to choose.")
