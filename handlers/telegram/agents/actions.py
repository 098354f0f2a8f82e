"""The buttons in a topic: each only for members of its group, in the topic it belongs to."""

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.domain.errors import Refused
from bot.domain.ticket import Agent
from handlers import agents as cards
from handlers.agents import TOLD
from handlers.telegram.agents.topic import agent_of, is_member
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say
from handlers.telegram.unhandled import OLD_BUTTON
from handlers.texts import Words, refusal

Topic = tuple[int, int]
Deed = Callable[[DriverContext, int, Topic, Agent], Awaitable[str]]
ENGLISH = Words("en")


def only_agents(deed: Deed) -> Callable[[Update, DriverContext], Awaitable[None]]:
    """The deed for who may do it; all others read the same words as for a button that never was."""

    async def press(update: Update, context: DriverContext) -> None:
        query = update.callback_query
        assert query is not None
        message = update.effective_message
        topic = (context.chat_id, (message.message_thread_id or 0) if message is not None else 0)
        number = context.button.subject.partition(" ")[0]
        agent = agent_of(update)
        member = context.chat_id < 0 and await is_member(context, context.chat_id, agent.id)
        ticket = await context.services.support.at(*topic) if member else None
        if ticket is None or str(ticket.id) != number:
            context.turn.button = None  # so that a press that counts for nothing wears nothing out
            await context.answer(ENGLISH(OLD_BUTTON), alert=True)
            return
        try:
            said = await deed(context, ticket.id, topic, agent)
        except Refused as refused:
            said = str(refusal(ENGLISH, refused))
        await context.answer(said[:200])

    return press


async def _claim(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    ticket = await context.services.support.claim(number, topic, agent)
    has = ticket.agent
    return TOLD["yours"] if has == agent else TOLD["taken"].format(name=has.name if has else "-")


async def _escalate(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    await context.services.support.escalate(number, topic, agent)
    return TOLD["escalated"]


async def _close(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    await context.services.support.close(number, topic, agent)
    return TOLD["closed"]


async def _reopen(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    await context.services.support.reopen(number, topic, agent)
    return TOLD["open"]


async def _refresh(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    await context.services.support.refresh(number, topic, agent)
    return TOLD["asked"]


async def _guide(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    letter = context.button.subject.partition(" ")[2]
    await context.services.support.guide(number, topic, agent, letter)
    return TOLD["guide"].format(name=letter)


async def _note(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    del context, number, topic, agent
    return TOLD["note"]


async def _ask_stop(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    del number, agent
    return await _ask(context, topic, "stop")


async def _ask_unlock(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    del number, agent
    return await _ask(context, topic, "unlock")


async def _ask(context: DriverContext, topic: Topic, verb: str) -> str:
    ticket = await context.services.support.at(*topic)
    if ticket is not None:
        await say(context, cards.sure(ticket, verb))
    return ""


async def _stop(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    await context.services.support.stop(number, topic, agent)
    return TOLD["stop"]


async def _unlock(context: DriverContext, number: int, topic: Topic, agent: Agent) -> str:
    why = await context.services.support.unlock(number, topic, agent)
    return TOLD["accepted"] if why is None else TOLD["no"].format(name=why.value)


claim, escalate, close, reopen = map(only_agents, (_claim, _escalate, _close, _reopen))
refresh, guide, note = map(only_agents, (_refresh, _guide, _note))
ask_stop, ask_unlock, stop, unlock = map(only_agents, (_ask_stop, _ask_unlock, _stop, _unlock))
