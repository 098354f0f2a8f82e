"""setMyCommands, getMyCommands, deleteMyCommands: the command menu per scope and language."""

import re
from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.methods.profile import language
from sandbox.telegram.model import Chat, User
from sandbox.telegram.world import Bot

MAX_COMMANDS: Final = 100
MAX_COMMAND: Final = 32
MAX_DESCRIPTION: Final = 256
_WHOLE_WORLD: Final = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_ONE_CHAT: Final = ("chat", "chat_administrators", "chat_member")
_NOT_IN_PRIVATE: Final = "Can't use specified scope in private chats"
_UNPREFIXED: Final = ("chat not found", _NOT_IN_PRIVATE)


def set_my_commands(call: Call) -> bool:
    commands = _commands(call)
    key = _key(call)
    if len(commands) > MAX_COMMANDS:
        raise BadRequestError("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[key] = [_checked(*command) for command in commands]
    return True


def get_my_commands(call: Call) -> list[dict[str, str]]:
    """Exactly this scope and language; only what a person sees falls back to others."""
    return call.bot.commands.get(_key(call), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_key(call), None)
    return True


def menu(bot: Bot, chat: Chat, user: User) -> list[dict[str, str]]:
    """The commands this person is offered in this chat: the narrowest scope first, own language first."""
    if chat.private:
        scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
    else:
        governs = chat.membership(user).governs
        scopes = [f"chat_member:{chat.id}:{user.id}"]
        scopes += [f"chat_administrators:{chat.id}"] if governs else []
        scopes += [f"chat:{chat.id}"]
        scopes += ["all_chat_administrators"] if governs else []
        scopes += ["all_group_chats", "default"]
    own_language = user.language_code.partition("-")[0]
    for scope in scopes:
        for code in (own_language, ""):
            if commands := bot.commands.get((scope, code)):
                return commands
    return []


def _commands(call: Call) -> list[tuple[str, str]]:
    value = call.json("commands", "commands")
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRequestError("Expected an Array of BotCommand")
    try:
        return [_command(item) for item in value]
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse BotCommand: {error.text}") from error


def _command(value: Any) -> tuple[str, str]:
    if not isinstance(value, dict):
        raise BadRequestError("expected an Object")
    fields = Fields(value)
    return fields.string("command"), fields.string("description")


def _checked(command: str, description: str) -> dict[str, str]:
    command, description = command.strip().removeprefix("/"), description.strip()
    if not command:
        raise BadRequestError("Command must be non-empty")
    if len(command) > MAX_COMMAND:
        raise BadRequestError(f"Command length must not exceed {MAX_COMMAND}")
    if not description:
        raise BadRequestError("Command description must be non-empty")
    if len(description) > MAX_DESCRIPTION:
        raise BadRequestError(f"Command description length must not exceed {MAX_DESCRIPTION}")
    if not re.fullmatch(r"[a-z0-9_]+", command):
        raise BadRequestError("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def _key(call: Call) -> tuple[str, str]:
    scope = "default"
    value = call.json("scope", "BotCommandScope")
    if value is not None:
        try:
            scope = _scope(call, value)
        except BadRequestError as error:
            if error.text in _UNPREFIXED:
                raise
            raise BadRequestError(f"Can't parse BotCommandScope: {error.text}") from error
    return scope, language(call)


def _scope(call: Call, value: Any) -> str:
    if not isinstance(value, dict):
        raise BadRequestError("BotCommandScope must be an Object")
    fields = Fields(value)
    kind = fields.string("type")
    if kind in _WHOLE_WORLD:
        return kind
    if kind not in _ONE_CHAT:
        raise BadRequestError("Unsupported type specified")
    if not fields.string("chat_id"):
        raise BadRequestError("Empty chat_id specified")
    member = f":{fields.integer('user_id')}" if kind == "chat_member" else ""
    if member and fields.integer("user_id") <= 0:
        raise BadRequestError("Invalid user_id specified")
    chat_id = fields.integer("chat_id") if re.fullmatch(r"-?\d+", fields.string("chat_id")) else 0
    chat = call.world.chat(call.bot, chat_id)
    if chat is None:
        raise BadRequestError("chat not found")
    if chat.private and kind != "chat":
        raise BadRequestError(_NOT_IN_PRIVATE)
    return f"{kind}:{chat_id}{member}"


METHODS: Final = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
}
