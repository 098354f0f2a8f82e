"""/history: what was charged before, as screens that take each other's place, and as files to keep."""

import asyncio
from collections.abc import Callable

from telegram import Update

from bot.domain.ids import CdrId, ChargeId
from bot.services.history import Month
from handlers.cards import history as cards
from handlers.cards.evidence import evidence_card
from handlers.cards.receipts import receipt
from handlers.documents import papers
from handlers.documents.table import table
from handlers.telegram.driver.start import ask_where
from handlers.telegram.services import DriverContext
from handlers.telegram.show import turn_into, words_for
from handlers.telegram.wire.outgoing import FileKind


async def show(update: Update, context: DriverContext) -> None:
    """The newest charges."""
    del update
    await _page(context, 0)


async def page(update: Update, context: DriverContext) -> None:
    del update
    await _page(context, _number(context.button.subject))


async def _page(context: DriverContext, number: int) -> None:
    found = await context.services.history.page(context.driver_id, number)
    await turn_into(context, cards.history_card(words_for(context), found))


async def open_charge(update: Update, context: DriverContext) -> None:
    """One charge closely."""
    del update
    entry = await context.services.history.entry(context.driver_id, ChargeId(context.button.subject))
    if entry is None:
        return await ask_where(context)
    return await turn_into(context, cards.entry_card(words_for(context), entry, context.now))


async def bill(update: Update, context: DriverContext) -> None:
    """One of its records, as it was told when it came."""
    del update
    charge_id, cdr_id = _two(context.button.subject)
    entry = await context.services.history.entry(context.driver_id, ChargeId(charge_id))
    found = await context.services.following.bill(ChargeId(charge_id), CdrId(cdr_id)) if entry else None
    if entry is None or found is None:
        return await ask_where(context)
    name = f"@{context.bot.username}"
    screen = receipt(words_for(context), entry.charge, found, name, corrected=found.corrected)
    return await turn_into(context, screen)


async def bill_paper(update: Update, context: DriverContext) -> None:
    """A record to print."""
    del update
    charge_id, cdr_id = _two(context.button.subject)
    entry = await context.services.history.entry(context.driver_id, ChargeId(charge_id))
    found = await context.services.following.bill(ChargeId(charge_id), CdrId(cdr_id)) if entry else None
    if entry is None or found is None:
        return await ask_where(context)
    words, name = words_for(context), f"@{context.bot.username}"
    return await _send(
        context,
        f"receipt-{entry.began:%Y-%m-%d}.pdf",
        lambda: papers.receipt_paper(words, entry, found, name, corrected=found.corrected),
    )


async def month(update: Update, context: DriverContext) -> None:
    """What one month came to; the newest first."""
    del update
    months = await context.services.history.months(context.driver_id)
    await turn_into(context, cards.month_card(words_for(context), months, _number(context.button.subject)))


async def as_table(update: Update, context: DriverContext) -> None:
    """A month, or all there is, for a spreadsheet."""
    del update
    words, key = words_for(context), context.button.subject
    found = await _month(context, key) if key else None
    entries = found.entries if found else await context.services.history.everything(context.driver_id)
    await _send(context, f"charges{'-' if key else ''}{key}.csv", lambda: table(words, entries))


async def as_paper(update: Update, context: DriverContext) -> None:
    """A month to print."""
    del update
    words, found = words_for(context), await _month(context, context.button.subject)
    if found is None:
        return await ask_where(context)
    return await _send(context, f"charges-{context.button.subject}.pdf", lambda: papers.month_paper(words, found))


async def _month(context: DriverContext, key: str) -> Month | None:
    months = await context.services.history.months(context.driver_id)
    return next((found for found in months if f"{found.year}-{found.month}" == key), None)


async def evidence(update: Update, context: DriverContext) -> None:
    """The timeline of a charge, from its beginning."""
    del update
    await _evidence(context, context.button.subject, 0)


async def evidence_page(update: Update, context: DriverContext) -> None:
    del update
    charge_id, number = _two(context.button.subject)
    await _evidence(context, charge_id, _number(number))


async def _evidence(context: DriverContext, charge_id: str, number: int) -> None:
    found = await context.services.history.evidence(context.driver_id, ChargeId(charge_id))
    if found is None:
        await ask_where(context)
    else:
        await turn_into(context, evidence_card(words_for(context), found, number))


async def evidence_paper(update: Update, context: DriverContext) -> None:
    """The timeline to print."""
    del update
    words = words_for(context)
    found = await context.services.history.evidence(context.driver_id, ChargeId(context.button.subject))
    if found is None:
        return await ask_where(context)
    name = f"timeline-{found.entry.began:%Y-%m-%d}.pdf"
    return await _send(context, name, lambda: papers.evidence_paper(words, found))


async def _send(context: DriverContext, name: str, make: Callable[[], bytes]) -> None:
    """Files are made in a thread of their own: a long one keeps nobody waiting."""
    data = await asyncio.to_thread(make)
    await context.outgoing.send_file(context.chat_id, FileKind.DOCUMENT, name, data)


def _two(subject: str) -> tuple[str, str]:
    first, _, second = subject.partition(" ")
    return first, second


def _number(text: str) -> int:
    return int(text) if text.removeprefix("-").isdecimal() else 0
