from contextlib import suppress
from datetime import timedelta

import pytest

from bot.domain.ids import PartnerId, Party
from bot.domain.network import Endpoint, Partner, PartnerState
from bot.ports import JobKind, Objection
from bot.services.partners import OVERLAP, Caller, Discovery, Introduction, OurToken, Partners
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase

URL = "https://city.example/ocpi/versions"
CITY = Party("NL", "CIT")
COMMANDS = Endpoint("commands", "RECEIVER", "https://city.example/ocpi/2.2.1/commands")
FOUND = Discovery("2.2.1", (COMMANDS,), base64_tokens=True)
PEER = Introduction(URL, "City Charging", (CITY,), "their-token")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def db() -> FakeDatabase:
    return FakeDatabase()


@pytest.fixture
def partners(db, clock) -> Partners:
    return Partners(db, clock, ["first secret"])


async def authenticated(partners: Partners, token: str) -> Caller:
    caller = await partners.authenticate([token])
    assert caller is not None
    return caller


async def registered(partners: Partners) -> tuple[Partner, OurToken]:
    begun, token = await partners.begin(URL, "City")
    partner = await partners.conclude(begun.id, token, PEER, FOUND)
    assert partner is not None
    return partner, token


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_is_printable_fits_ocpi_and_holds_256_bits(partners):
    token = partners.issue_token()
    assert len(token) <= 64
    assert all("!" <= sign <= "~" for sign in token)
    assert len(token) - 12 >= 43
    assert token != partners.issue_token()


async def test_a_token_is_never_stored_only_its_keyed_hash(partners, db):
    _, token = await registered(partners)
    invitation = await partners.invite("Other")
    stored = repr([(p, p.our_token_hashes) for p in await partners.all()])
    assert token not in stored
    assert invitation not in stored
    hashes = {h for p in await partners.all() for h in p.our_token_hashes}
    other = Partners(db, ManualClock(), ["another secret"])
    assert await other.authenticate([token]) is None
    assert all(len(h) == 64 for h in hashes)


async def test_a_token_shows_in_no_repr(partners):
    partner, token = await registered(partners)
    caller = await authenticated(partners, token)
    assert token not in repr(caller)
    assert "their-token" not in repr(partner) + repr(PEER) + repr(caller)


async def test_nobody_is_authenticated_by_nothing_nonsense_or_half_a_token(partners):
    _, token = await registered(partners)
    for shown in ([], [""], ["nonsense"], [token[:-1]], [token + "x"], [token.upper()]):
        assert await partners.authenticate(shown) is None


async def test_the_token_is_found_among_several_readings_of_a_header(partners):
    partner, token = await registered(partners)
    caller = await partners.authenticate(["what base64 made of it", token])
    assert caller is not None
    assert caller.partner.id == partner.id
    assert caller.registered


async def test_a_hash_made_with_a_former_secret_is_still_recognised(db, clock, partners):
    _, token = await registered(partners)
    renewed = Partners(db, clock, ["new secret", "first secret"])
    assert (await authenticated(renewed, token)).registered


# ── invitations ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_invitation_opens_no_functional_module(partners):
    caller = await authenticated(partners, await partners.invite("City"))
    assert caller.invited
    assert not caller.registered
    assert caller.partner.state is PartnerState.PENDING


async def test_an_invitation_ends_after_72_hours(partners, clock):
    token = await partners.invite("City")
    clock.move(timedelta(hours=72))
    assert await partners.authenticate([token]) is not None
    clock.move(1)
    assert await partners.authenticate([token]) is None


async def test_a_second_invitation_of_the_same_name_replaces_the_first(partners):
    first = await partners.invite("City")
    second = await partners.invite("CITY")
    assert await partners.authenticate([first]) is None
    assert await partners.authenticate([second]) is not None
    assert len(await partners.all()) == 1


async def test_a_registered_partner_can_be_invited_again_and_keeps_its_place_and_its_token(partners):
    partner, token = await registered(partners)
    invitation = await partners.invite("City")
    assert (await authenticated(partners, token)).registered
    assert (await authenticated(partners, invitation)).partner.id == partner.id
    assert len(await partners.all()) == 1


async def test_an_invitation_is_dead_once_its_answer_has_left(partners):
    invitation = await partners.invite("City")
    caller = await authenticated(partners, invitation)
    token = partners.issue_token()
    await partners.conclude(caller.partner.id, token, PEER, FOUND)
    assert partners.use_up(caller)
    assert not partners.use_up(caller)
    async with partners.last_use(caller):
        assert await partners.authenticate([invitation]) is None
    assert await partners.authenticate([invitation]) is None
    assert (await authenticated(partners, token)).registered
    partner = await partners.get(caller.partner.id)
    assert partner is not None
    assert len(partner.our_token_hashes) == 1


async def test_an_invitation_lives_on_when_its_answer_did_not_leave(partners):
    invitation = await partners.invite("City")
    caller = await authenticated(partners, invitation)
    await partners.conclude(caller.partner.id, partners.issue_token(), PEER, FOUND)
    partners.use_up(caller)
    with suppress(ConnectionError):
        async with partners.last_use(caller):
            raise ConnectionResetError
    assert await partners.authenticate([invitation]) is not None


async def test_an_invitation_lives_on_when_we_die_before_its_answer_has_left(partners, db, clock):
    invitation = await partners.invite("City")
    caller = await authenticated(partners, invitation)
    await partners.conclude(caller.partner.id, partners.issue_token(), PEER, FOUND)
    partners.use_up(caller)
    reborn = Partners(db, clock, ["first secret"])
    assert await reborn.authenticate([invitation]) is not None


# ── registering with a peer ──────────────────────────────────────────────────────────────────────────────────────


async def test_our_token_is_good_for_the_handshake_before_it_is_sent(partners):
    partner, token = await partners.begin(URL, "City")
    caller = await authenticated(partners, token)
    assert caller.partner.id == partner.id
    assert not caller.invited
    assert not caller.registered


async def test_a_concluded_handshake_stores_what_it_taught_and_orders_a_pull(partners, db):
    partner, token = await registered(partners)
    assert partner.connected
    assert partner.name == "City"
    assert partner.parties == (CITY,)
    assert partner.their_token == "their-token"
    assert partner.endpoint("commands", "RECEIVER") == COMMANDS.url
    assert (await authenticated(partners, token)).registered
    due = await db.read(lambda uow: uow.jobs.next_due([JobKind.SYNC]))
    assert due == partner.since


async def test_a_handshake_cut_short_can_simply_be_begun_again(partners):
    first, token = await partners.begin(URL)
    second, again = await partners.begin(URL)
    assert first.id == second.id
    assert await partners.authenticate([token]) is None
    assert await partners.authenticate([again]) is not None


async def test_a_failed_first_handshake_leaves_nothing(partners):
    partner, token = await partners.begin(URL)
    await partners.withdraw(partner.id, token)
    assert not await partners.all()
    assert await partners.authenticate([token]) is None


async def test_a_failed_renewal_leaves_the_partner_as_it_was(partners):
    partner, token = await registered(partners)
    _, offered = await partners.begin(URL)
    await partners.withdraw(partner.id, offered)
    assert await partners.get(partner.id) == partner
    assert (await authenticated(partners, token)).registered


async def test_concluding_for_a_partner_removed_meanwhile_changes_nothing(partners):
    partner, token = await partners.begin(URL)
    await partners.remove(partner.id)
    assert await partners.conclude(partner.id, token, PEER, FOUND) is None
    assert not await partners.all()


# ── rotation ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_old_and_new_token_overlap_for_a_while(partners, clock):
    partner, old = await registered(partners)
    clock.move(timedelta(days=30))
    _, new = await partners.begin(URL)
    assert (await authenticated(partners, old)).registered
    assert (await authenticated(partners, new)).registered
    await partners.conclude(partner.id, new, PEER, FOUND)
    assert (await authenticated(partners, old)).registered
    clock.move(OVERLAP + timedelta(seconds=1))
    assert await partners.authenticate([old]) is None
    assert (await authenticated(partners, new)).registered


async def test_a_token_offered_in_a_rotation_whose_end_we_never_learned_stays_good(partners, clock):
    _, old = await registered(partners)
    clock.move(timedelta(days=30))
    _, offered = await partners.begin(URL)
    clock.move(timedelta(days=30))
    assert (await authenticated(partners, old)).registered
    assert (await authenticated(partners, offered)).registered


async def test_tokens_do_not_pile_up_however_often_a_rotation_fails(partners, clock):
    partner, _ = await registered(partners)
    for _ in range(10):
        clock.move(60)
        await partners.begin(URL)
    kept = await partners.get(partner.id)
    assert kept is not None
    assert len(kept.our_token_hashes) <= 4


# ── how it goes on ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def writes(db, monkeypatch) -> list[int]:
    counted: list[int] = []
    real = db.write

    async def write(work):
        counted.append(1)
        return await real(work)

    monkeypatch.setattr(db, "write", write)
    return counted


async def test_a_flood_of_pushes_is_noted_once_in_30_seconds(partners, clock, writes):
    partner, _ = await registered(partners)
    writes.clear()
    for _ in range(1000):
        await partners.pushed(partner)
    assert len(writes) == 1
    clock.move(30)
    await partners.pushed(partner)
    assert len(writes) == 2
    noted = await partners.get(partner.id)
    assert noted is not None
    assert noted.last_push_at == clock.now()


async def test_failures_are_counted_until_a_pull_succeeds(partners, clock):
    partner, _ = await registered(partners)
    await partners.failed(partner.id)
    await partners.failed(partner.id)
    assert (await partners.get(partner.id)).failures == 2
    await partners.pulled(partner.id, clock.now())
    healthy = await partners.get(partner.id)
    assert healthy.failures == 0
    assert healthy.last_pull_at == clock.now()


async def test_a_partner_that_forgot_us_cannot_be_asked_but_may_still_push(partners):
    partner, token = await registered(partners)
    await partners.revoked(partner.id)
    forgetful = await partners.get(partner.id)
    assert not forgetful.connected
    assert (await authenticated(partners, token)).registered


async def test_a_peer_that_unregisters_is_locked_out_and_its_token_forgotten(partners, db):
    partner, token = await registered(partners)
    await partners.unregistered(partner.id)
    assert await partners.authenticate([token]) is None
    gone = await partners.get(partner.id)
    assert gone.state is PartnerState.REVOKED
    assert gone.their_token == ""
    assert await db.read(lambda uow: uow.jobs.next_due([JobKind.SYNC])) is None


async def test_an_unregistered_peer_can_register_again_in_its_old_place(partners):
    partner, _ = await registered(partners)
    await partners.unregistered(partner.id)
    again, token = await registered(partners)
    assert again.id == partner.id
    assert again.connected
    assert (await authenticated(partners, token)).registered


async def test_a_removed_partner_is_forgotten_with_its_tokens(partners):
    partner, token = await registered(partners)
    await partners.remove(partner.id)
    assert await partners.authenticate([token]) is None
    assert not await partners.all()


async def test_changes_of_a_partner_that_is_gone_do_nothing(partners):
    nobody = PartnerId(99)
    await partners.failed(nobody)
    await partners.pulled(nobody, NOON)
    await partners.unregistered(nobody)
    await partners.withdraw(nobody, partners.issue_token())
    assert not await partners.all()


async def test_a_person_may_name_a_partner_by_number_name_or_address(partners):
    partner, _ = await registered(partners)
    for text in (str(partner.id), " city ", URL):
        found = await partners.named(text)
        assert found is not None
        assert found.id == partner.id
    assert await partners.named("Nowhere") is None


async def test_health_lists_every_partner_with_what_was_refused(partners, db, clock):
    partner, _ = await registered(partners)
    objection = Objection(partner.id, "locations", "LOC1", "coordinates is missing", clock.now())
    await db.write(lambda uow: uow.objections.add([objection]))
    (health,) = await partners.health()
    assert health.partner.id == partner.id
    assert health.objections == (objection,)
