"""What is said in a topic: passed on to its driver, to nobody else, and only what is meant for them."""

from typing import Any

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import filters

from bot.domain.ticket import Agent
from bot.services.support import Said
from handlers import agents as cards
from handlers.telegram.services import DriverContext
from handlers.telegram.wire.outgoing import Unreachable

MEMBERS = frozenset({"creator", "administrator", "member"})
PATIENCE = 3.0


class InTopic(filters.UpdateFilter):
    """Written in a topic of a group, by a person, also under the group's name; General is no topic."""

    def filter(self, update: Update) -> bool:
        message = update.effective_message
        return message is not None and message.chat.type == ChatType.SUPERGROUP and bool(message.is_topic_message)


async def written(update: Update, context: DriverContext) -> None:
    """Copy it to the driver; notes, commands and reports of the platform stay."""
    message = update.effective_message
    assert message is not None
    topic_id = message.message_thread_id or 0
    ticket = await context.services.support.at(message.chat.id, topic_id)
    if ticket is None or _is_bot(message):
        return
    agent = agent_of(update)
    if message.forum_topic_closed is not None:
        await context.services.support.close(ticket.id, (message.chat.id, topic_id), agent)
    elif message.forum_topic_reopened is not None:
        await context.services.support.reopen(ticket.id, (message.chat.id, topic_id), agent)
    elif _meant_for_the_driver(message) and await is_member(context, message.chat.id, agent.id):
        said = Said(message.chat.id, message.message_id, f"u{context.update_id}")
        ticket = await context.services.support.answer(topic_id, agent, said)
        if ticket is not None and not ticket.open:
            await context.reply(cards.word("is_closed"))


def agent_of(update: Update) -> Agent:
    """By first name; who writes under the group's name is "Support"."""
    user, message = update.effective_user, update.message or update.edited_message
    if user is None or (message is not None and message.sender_chat is not None):
        return Agent(user.id if user else 0, "Support")
    return Agent(user.id, user.first_name[:40] or "Support")


async def is_member(context: DriverContext, chat_id: int, user_id: int) -> bool:
    """Asked each time: who has left the group acts no more. Who writes under the group's name is its administrator."""
    if update_by_group(context.turn.update):
        return True
    try:
        found: dict[str, Any] = await context.outgoing.post(
            "getChatMember", chat_id, {"user_id": user_id}, lane=None, patience=PATIENCE
        )
    except Unreachable:
        return False
    except TelegramError as error:
        if "not found" in error.message.lower():
            return False
        raise
    return found.get("status") in MEMBERS or bool(found.get("is_member"))


def update_by_group(update: Update) -> bool:
    """Written by an administrator who hides behind the group itself."""
    message = update.message or update.edited_message
    sender = message.sender_chat if message is not None else None
    return sender is not None and message is not None and sender.id == message.chat.id


def _is_bot(message: Message) -> bool:
    user = message.from_user
    return user is not None and user.is_bot and message.sender_chat is None


def _meant_for_the_driver(message: Message) -> bool:
    """A line that begins with a stroke is a note or a command; what nobody wrote is a report of the platform."""
    text = message.text or message.caption or ""
    return not text.startswith("/") and bool(copyable(message))


def copyable(message: Message) -> bool:
    """Whether a person has said or sent something, and not the platform for them."""
    return bool(message.text or message.effective_attachment) and not message.pinned_message
