"""Sessions as operators push them: the truth about a charge (OCPI 2.2.1 mod_sessions, receiver interface)."""

from collections.abc import Callable

from bot.crashpoints import crash_point
from bot.domain.ids import SessionId
from bot.domain.session import Session, SessionKey
from bot.ocpi.errors import NotFound
from bot.ocpi.kinds import Kind
from bot.ocpi.sessions import patched, write_session
from handlers.ocpi.exchange import Call, Desk, Reply


async def get_session(desk: Desk, call: Call) -> Reply:
    key = _key(call)
    session = await desk.db.read(lambda uow: uow.sessions.get(key))
    return Reply(call.words.theirs(Kind.SESSION, write_session(_known(session), desk.us.party)))


async def put_session(desk: Desk, call: Call) -> Reply:
    raw = await call.body()
    session = call.words.read_session(raw, call.source("session_id"), call.notes)
    return await _heard(desk, call, lambda _: session)


async def patch_session(desk: Desk, call: Call) -> Reply:
    """Change a session we have; of one we have not, a 404 makes the operator PUT it whole."""
    raw, source = await call.body(), call.source("session_id")

    def change(old: Session | None) -> Session:
        session = _known(old)
        return patched(session, call.words.patch(Kind.SESSION, raw, session.last_updated), source, call.notes)

    return await _heard(desk, call, change)


async def _heard(desk: Desk, call: Call, change: Callable[[Session | None], Session]) -> Reply:
    created = False

    def work(old: Session | None) -> Session:
        nonlocal created
        created = old is None
        return change(old)

    crash_point("session_in")
    await desk.charging.hear(_key(call), work)
    crash_point("session_committed")
    return Reply.stored(created=created)


def _key(call: Call) -> SessionKey:
    return SessionKey(call.partner.id, call.party, SessionId(call.segment("session_id")))


def _known(session: Session | None) -> Session:
    if session is None:
        raise NotFound("no such session")
    return session
