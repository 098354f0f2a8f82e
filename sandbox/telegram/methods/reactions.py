"""setMessageReaction: one emoji of the fixed set under a message, or none."""

from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.reactions import EMOJIS, plain_emoji


def set_message_reaction(call: Call) -> bool:
    emojis = _read(call.json("reaction", "reaction types"))
    message = call.message("message to react", "read")
    if len(emojis) > 1:
        raise BadRequestError("REACTIONS_TOO_MANY")
    if message.content.service or not set(emojis) <= EMOJIS:
        raise BadRequestError("REACTION_INVALID")
    call.reach(message.chat)
    call.world.react(call.bot, message, call.bot.user, emojis)
    return True


def _read(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadRequestError("Expected an Array of ReactionType")
    try:
        return tuple(_emoji(item) for item in value)
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse ReactionType: {error.text}") from error


def _emoji(value: Any) -> str:
    """A custom emoji, for which a bot has no right, is none of the set."""
    if not isinstance(value, dict):
        raise BadRequestError("expected an Object")
    fields = Fields(value)
    kind = fields.string("type")
    if kind == "emoji":
        return plain_emoji(fields.string("emoji"))
    if kind == "custom_emoji":
        return str(fields.integer("custom_emoji_id"))
    raise BadRequestError("invalid reaction type specified")


METHODS: Final = {"setMessageReaction": set_message_reaction}
