"""A driver who had blocked us and lets us in again: what waited is told."""

from telegram import Update
from telegram.constants import ChatMemberStatus

from handlers.telegram.services import DriverContext


async def let_in(update: Update, context: DriverContext) -> None:
    """Only in the driver's own chat; going away needs no answer, since telling finds that out by itself."""
    change = update.my_chat_member
    if change is None or change.chat.id != context.driver_id:
        return
    if change.new_chat_member.status == ChatMemberStatus.MEMBER and await context.services.drivers.back(
        context.driver_id
    ):
        context.services.wake()
