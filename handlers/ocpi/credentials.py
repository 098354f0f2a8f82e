"""Credentials, with us as their receiver: register, renew, unregister (OCPI 2.2.1 credentials).

While the peer waits for our answer we read its interface with the token it has just given us. Its own new token is on
disk before it is sent; should we die in between, the peer can ask again with the token it has.
"""

from contextlib import AbstractAsyncContextManager

from bot.crashpoints import crash_point
from bot.ocpi.credentials import Credentials, read_credentials, write_credentials
from bot.ocpi.errors import InvalidParameters, NotAllowed, Unauthorized
from bot.ocpi.kinds import Kind
from bot.ocpi.paths import versions_url
from bot.services.partners import Introduction, OurToken
from handlers.ocpi.exchange import Call, Desk, Reply


async def get_credentials(desk: Desk, call: Call) -> Reply:
    return _ours(desk, call, call.caller.token)


async def post_credentials(desk: Desk, call: Call) -> Reply:
    if not call.caller.invited:
        raise NotAllowed("you are registered already: use PUT to renew your credentials")
    theirs = _operator(await call.body(), call)
    if not desk.partners.use_up(call.caller):
        raise Unauthorized("this token is being used to register, or has just been")
    try:
        token = await _shake_hands(desk, call, theirs)
    except BaseException:
        desk.partners.give_back(call.caller)
        raise
    return _ours(desk, call, token, sent_in=desk.partners.last_use(call.caller))


async def put_credentials(desk: Desk, call: Call) -> Reply:
    if not call.caller.registered:
        raise NotAllowed("you are not registered yet: use POST")
    theirs = _operator(await call.body(), call)
    return _ours(desk, call, await _shake_hands(desk, call, theirs))


async def delete_credentials(desk: Desk, call: Call) -> Reply:
    if not call.caller.registered:
        raise NotAllowed("you are not registered")
    await desk.partners.unregistered(call.partner.id)
    return Reply()


def _operator(raw: object, call: Call) -> Credentials:
    theirs = read_credentials(raw, call.notes)
    if not theirs.operators:
        raise InvalidParameters("none of the roles is CPO or HUB, and we talk to operators only")
    return theirs


async def _shake_hands(desk: Desk, call: Call, theirs: Credentials) -> OurToken:
    found = await desk.peers.discover(theirs.url, theirs.token, call.version)
    crash_point("credentials_heard")
    token = desk.partners.issue_token()
    peer = Introduction(theirs.url, theirs.name, theirs.operators, theirs.token, theirs.hub)
    if await desk.partners.conclude(call.partner.id, token, peer, found) is None:
        raise Unauthorized("the connection was removed while you registered")
    crash_point("credentials_kept")
    return token


def _ours(
    desk: Desk, call: Call, token: OurToken, *, sent_in: AbstractAsyncContextManager[None] | None = None
) -> Reply:
    data = write_credentials(desk.us, token, versions_url(desk.us.public_url))
    return Reply(call.words.theirs(Kind.CREDENTIALS, data), sent_in=sent_in)
