"""Bills as operators post them: each once, never changed (OCPI 2.2.1 mod_cdrs, receiver interface)."""

from http import HTTPStatus

from bot.crashpoints import crash_point
from bot.domain.errors import Conflict
from bot.domain.ids import CdrId
from bot.ocpi import paths
from bot.ocpi.cdrs import write_cdr
from bot.ocpi.errors import InvalidParameters, NotFound
from bot.ocpi.kinds import Kind
from bot.ocpi.reader import Source
from handlers.ocpi.exchange import Call, Desk, Reply


async def post_cdr(desk: Desk, call: Call) -> Reply:
    """Take a bill; the same one again is answered with the same address, another one under its id is refused."""
    raw = await call.body()
    parties = call.partner.parties
    only = parties[0] if len(parties) == 1 else None
    cdr = call.words.read_cdr(raw, Source(call.partner.id, call.received_at, only), call.notes)
    if cdr.party not in call.partner.parties:
        raise InvalidParameters(f"{cdr.party} is no party of yours")
    crash_point("cdr_in")
    try:
        created = await desk.receipts.receive(cdr)
    except Conflict:
        raise InvalidParameters(f"another CDR with the id {cdr.id} is here already: send a credit CDR first") from None
    crash_point("cdr_committed")
    owner = {"country_code": cdr.party.country_code, "party_id": cdr.party.party_id}
    address = paths.CDR.url(desk.us.public_url, call.version, **owner, cdr_id=cdr.id)
    return Reply(http_status=HTTPStatus.CREATED if created else HTTPStatus.OK, headers={"Location": address})


async def get_cdr(desk: Desk, call: Call) -> Reply:
    partner_id, party, cdr_id = call.partner.id, call.party, CdrId(call.segment("cdr_id"))
    cdr = await desk.db.read(lambda uow: uow.cdrs.get(partner_id, party, cdr_id))
    if cdr is None:
        raise NotFound("no such CDR")
    return Reply(call.words.theirs(Kind.CDR, write_cdr(cdr, desk.us.party)))
