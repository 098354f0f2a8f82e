from dataclasses import replace

import pytest

from bot.domain.errors import PartnerError
from bot.domain.feedback import FaultKind, FaultReport, Rating
from bot.domain.ids import ChargeId, DriverId, EvseUid, Party, StationId
from bot.domain.network import Client, PartnerState
from bot.domain.ticket import Agent, Cause, Ticket, claimed
from bot.office import Office, OfficeError
from bot.ports import Objection
from bot.services.feedback import Feedback
from bot.services.importing import Importing
from bot.services.networks import Networks
from bot.services.partners import Partners
from bot.services.passes import Codes
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.samples import CITY, a_partner


class Handshakes:
    """Only ever fails: what succeeds is tried with a real operator."""

    async def register(self, *_):
        raise PartnerError("The operator at https://x did not answer.")

    async def rotate(self, *_):
        raise PartnerError("The operator refused.")

    async def unregister(self, *_):
        raise PartnerError("The operator refused.")


class Sync:
    async def pull(self, *_, **__):
        raise PartnerError("The operator cannot be read.")


@pytest.fixture
async def database():
    database = FakeDatabase()
    partner = a_partner(state=PartnerState.REGISTERED, parties=(Party("NL", "CIT"),), version="2.2.1")
    await database.write(lambda uow: uow.partners.add(partner))
    return database


@pytest.fixture
def office(database):
    return Office(
        Partners(database, ManualClock(), ("secret",)),
        Handshakes(),
        Sync(),
        "https://us.example/ocpi/versions",
        Networks(database, ManualClock(), lambda _: None),
        Importing(database, ManualClock(), Codes(["key"]), "key", "NL-CHB"),
        Feedback(database, ManualClock()),
        None,
    )


async def said(office, command, **arguments):
    return [line async for line in office.do(command, arguments)]


async def test_partners_are_listed_with_what_of_theirs_could_not_be_used(office, database):
    objection = Objection(CITY, "locations", "LOC9", "coordinates are missing", NOON)
    await database.write(lambda uow: uow.objections.add([objection]))
    assert await said(office, "partners.list") == [
        "City (NL-CIT, OCPI 2.2.1, registered)",
        "    last push never, last pull never",
        "    refused locations LOC9: coordinates are missing (2026-03-02 12:00 UTC)",
    ]


async def test_the_health_of_a_partner_is_when_it_was_heard_what_fails_and_who_is_behind_it(office, database):
    def work(uow):
        client = Client(Party("DE", "WAT"), "CPO", "OFFLINE", NOON)
        partner = replace(uow.partners.get(CITY), last_push_at=NOON, hub=Party("NL", "HUB")).heard_of(client)
        uow.partners.save(replace(partner, state=PartnerState.REVOKED))

    await database.write(work)
    partners = Partners(database, ManualClock(), ("secret",))
    for _ in range(3):
        await partners.failed(CITY, "GET /locations: HTTP 502")
    assert await said(office, "partners.list") == [
        "City (NL-CIT, DE-WAT, OCPI 2.2.1, revoked)",
        "    last push 2026-03-02 12:00 UTC, last pull never",
        "    could not be read 3 times in a row: GET /locations: HTTP 502",
        "    it does not know us any more: have it give a new token and add it again",
        "    behind it: DE-WAT (CPO, OFFLINE)",
    ]


async def test_an_invitation_is_all_the_other_side_needs(office):
    url, token, how = await said(office, "partners.invite", name="Coast")
    assert url.endswith("https://us.example/ocpi/versions")
    assert len(token.split()[-1]) >= 32
    assert "works once" in how


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("partners.add", {"versions_url": "https://x", "token": "t", "name": ""}),
        ("partners.sync", {"partner": "City"}),
        ("partners.rotate", {"partner": "nl-cit"}),
        ("partners.remove", {"partner": "1"}),
    ],
)
async def test_an_operators_failure_is_passed_on_as_one_sentence(office, command, arguments):
    with pytest.raises(OfficeError, match=r"^The operator "):
        await said(office, command, **arguments)


async def test_a_command_of_another_version_is_said(office):
    with pytest.raises(OfficeError, match=r"does not know the command partners\.dance: is it of another version"):
        await said(office, "partners.dance")


async def test_tickets_are_listed_on_a_line_each(office, database):
    taken = claimed(Ticket(0, DriverId(1), Cause.STUCK_STOP, NOON, ChargeId("c1")), Agent(7, "Maria"))
    await database.write(lambda uow: uow.tickets.add(taken))
    assert await said(office, "tickets.list") == [
        "1 tickets, the newest first",
        "    1  2026-03-02 12:00  stuck_stop  claimed  Maria  c1",
    ]


async def test_nobody_is_no_partner(office):
    with pytest.raises(OfficeError, match="There is no partner 99"):
        await said(office, "partners.sync", partner="99")


async def test_reports_and_ratings_are_listed_on_a_line_each_whatever_drivers_typed(office, database):
    report = FaultReport(
        DriverId(1), StationId("1:NL-CIT:L1"), EvseUid("E1"), "1234-1", "Quay", FaultKind.PLUG_BROKEN, NOON,
        "bent\npin \x1b[2J\u202ex",
    )  # fmt: skip
    await database.write(lambda uow: uow.feedback.report(report))
    await database.write(lambda uow: uow.feedback.rate(Rating(ChargeId("c1"), DriverId(1), 2, NOON, "rain")))
    assert await said(office, "reports.list") == [
        "1 reports of faults, the newest first",
        "    1  2026-03-02 12:00  plug_broken  1234-1 at Quay  bent pin [2Jx",
        "1 ratings, the newest first",
        "    2026-03-02 12:00  2 of 5  c1  rain",
    ]
