"""How commands of ours went: hints, told at the address we gave with each (OCPI 2.2.1 mod_commands, sender)."""

from bot.crashpoints import crash_point
from bot.domain.ids import ChargeId
from bot.ocpi.errors import NotFound
from bot.ports import UnitOfWork
from bot.services.charging import Command
from handlers.ocpi.exchange import Call, Desk, Reply

RESERVING = frozenset({"RESERVE_NOW", "CANCEL_RESERVATION"})


async def post_result(desk: Desk, call: Call) -> Reply:
    """Note a result; one for another's command, or with a wrong secret, is for nobody."""
    charge_id = ChargeId(call.segment("charge_id"))
    raw = await call.body()
    language = await desk.db.read(lambda uow: _language(uow, charge_id))
    answer = call.words.read_answer(raw, call.notes, language)
    crash_point("result_in")
    if call.segment("command") in RESERVING and desk.reserving is not None:
        if not desk.reserving.result(call.partner.id, charge_id, call.segment("secret"), answer):
            raise NotFound("no such command")
        return Reply()
    command = _command(call.segment("command"))
    if not await desk.charging.command_result(call.partner.id, charge_id, call.segment("secret"), command, answer):
        raise NotFound("no such command")
    return Reply()


def _command(word: str) -> Command:
    try:
        return Command(word)
    except ValueError:
        raise NotFound("no such command") from None


def _language(uow: UnitOfWork, charge_id: ChargeId) -> str:
    """The language of the driver who would read the operator's message."""
    charge = uow.charges.get(charge_id)
    driver = uow.drivers.get(charge.driver_id) if charge else None
    return driver.tongue if driver else "en"
