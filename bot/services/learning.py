"""What drivers know and no operator tells: asked once, after a charge that they began here themselves."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.domain.catalogue import DriverAnswer, Question
from bot.domain.charge import Charge
from bot.domain.session import Cdr
from bot.ports import Lane, Notice, UnitOfWork
from bot.services.networks import worth_asking

KIND: Final = "learn_order"


def ask(uow: UnitOfWork, charge: Charge, cdr: Cdr, now: datetime) -> None:
    """After the receipt, silently: what came first? Never twice, and not where it is known."""
    party = charge.place.party
    if charge.swiped or cdr.credit or cdr.total_energy <= Decimal(0):
        return
    if not worth_asking(uow, charge.driver_id, party):
        return
    uow.networks.note_answer(DriverAnswer(party, Question.ORDER, charge.driver_id, "", now))
    uow.notices.add(Notice(charge.driver_id, KIND, Lane.PROGRESS, now, charge.id, silent=True))
