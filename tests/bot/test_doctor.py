"""The doctor with a real Bot API server: what is in order is said to be, and each trouble says how to mend it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot import doctor as ours
from bot.doctor import Doctor
from bot.domain.errors import StoreFull
from bot.domain.network import PartnerState
from bot.services.partners import Partners
from bot.settings import Settings
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter
from tests.fakes.database import FakeDatabase
from tests.handlers.telegram.room import TOKEN, WallClock, telegram_server
from tests.samples import a_partner

KEY = "0123456789abcdef0123456789abcdef"


class ShiftedClock(WallClock):
    def __init__(self, by: timedelta) -> None:
        self.by = by

    def now(self):
        return super().now() + self.by


class Patient:
    """A bot that can be made ill: settings, database and clock."""

    def __init__(self, server, people, url, folder):
        self.server, self.people = server, people
        self.database = FakeDatabase()
        self.clock = WallClock()
        self.told = {
            "CHARGEBOT_TELEGRAM_TOKEN": TOKEN,
            "CHARGEBOT_TELEGRAM_API_URL": server.url,
            "CHARGEBOT_SECRET_KEYS": KEY,
            "CHARGEBOT_PUBLIC_URL": url,
            "CHARGEBOT_DATABASE_URL": f"sqlite:///{folder}/a.db",
            "CHARGEBOT_ALLOW_PRIVATE_ADDRESSES": "true",
            "CHARGEBOT_HOTLINE": "+31 20 555 0100",
        }

    async def partner(self, **how):
        at = self.clock.now()
        partner = replace(a_partner(state=PartnerState.REGISTERED), last_pull_at=at, **how)
        await self.database.write(lambda uow: uow.partners.add(partner))

    async def look(self):
        partners = Partners(self.database, self.clock, ("secret",))
        doctor = Doctor(Settings.load(self.told), self.database, partners, self.clock)
        return [finding async for finding in doctor.look()]

    async def wrong(self):
        """Everything that is wrong, in the words of the doctor."""
        return [str(finding) for finding in await self.look() if finding.wrong]


@asynccontextmanager
async def a_gate() -> AsyncIterator[str]:
    """Something at our address that asks for a token."""

    async def refuse(request: web.Request) -> web.Response:
        del request
        return web.Response(status=401)

    application = web.Application()
    application.add_routes([web.get("/ocpi/versions", refuse)])
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def patient(tmp_path):
    async with telegram_server() as (server, people), a_gate() as url:
        yield Patient(server, people, url, tmp_path)


async def test_in_good_health_every_line_says_ok(patient):
    await patient.partner()
    findings = await patient.look()
    assert not [str(finding) for finding in findings if finding.wrong]
    assert all(str(finding).startswith("ok ") for finding in findings)
    assert {"token", "updates", "inline mode", "clock", "database", "our address"} <= {one.what for one in findings}


async def test_a_token_that_telegram_does_not_know(patient):
    await patient.partner()
    patient.told["CHARGEBOT_TELEGRAM_TOKEN"] = "1002:another"
    [said] = await patient.wrong()
    assert "@BotFather" in said
    assert "1002" not in said


async def test_no_token_and_nobody_to_talk_to_and_no_operator(patient):
    del patient.told["CHARGEBOT_TELEGRAM_TOKEN"], patient.told["CHARGEBOT_HOTLINE"]
    people, token, operators = await patient.wrong()
    assert "CHARGEBOT_HOTLINE" in people
    assert "CHARGEBOT_TELEGRAM_TOKEN is not set" in token
    assert "chargebot partners add" in operators


async def test_telegram_cannot_be_reached_and_the_rest_is_looked_at_all_the_same(patient):
    await patient.partner()
    patient.told["CHARGEBOT_TELEGRAM_API_URL"] = "http://127.0.0.1:9"
    telegram, clock = await patient.wrong()
    assert "does not answer as it should" in telegram
    assert "nobody could be asked what time it is" in clock


async def test_a_webhook_left_behind_and_inline_mode_off(patient):
    await patient.partner()
    await patient.people.set_settings(inline=False)
    async with Bot(TOKEN, api_url=patient.server.url, limiter=Limiter()) as bot:
        await bot.call("setWebhook", url="http://127.0.0.1:8443/somewhere")
    inline, updates = await patient.wrong()
    assert "/setinline" in inline
    assert "a webhook is set though we poll" in updates


async def test_the_group_must_be_there_have_topics_and_let_us_manage_them(patient):
    await patient.partner()
    ana = await patient.people.person("Ana")
    patient.told["CHARGEBOT_SUPPORT_CHAT_ID"] = "-100123"
    assert "invite the bot there" in (await patient.wrong())[0]
    plain = await patient.people.group("Chatter", [ana])
    patient.told["CHARGEBOT_SUPPORT_CHAT_ID"] = str(plain.id)
    assert "switch on Topics" in (await patient.wrong())[0]
    forum = await patient.people.forum("Support", [ana])
    patient.told["CHARGEBOT_SUPPORT_CHAT_ID"] = str(forum.id)
    await forum.take_from_bot("can_manage_topics")
    assert "Manage Topics" in (await patient.wrong())[0]
    await forum.give_to_bot("can_manage_topics")
    assert await patient.wrong() == []


async def test_a_clock_that_is_off(patient):
    await patient.partner()
    patient.clock = ShiftedClock(timedelta(minutes=2))
    [said] = await patient.wrong()
    assert "clock: it is 1" in said
    assert "NTP" in said


async def test_a_store_that_takes_nothing_and_a_disk_that_is_nearly_full(patient, monkeypatch):
    await patient.partner()
    monkeypatch.setattr(ours, "LEAST_FREE", 1 << 80)
    assert "MB are left on the disk" in (await patient.wrong())[0]
    patient.database.trouble = StoreFull("no room")
    said = await patient.wrong()
    assert any("database: nothing can be written: no room" in line for line in said)


async def test_looking_leaves_nothing_behind(patient):
    await patient.look()
    assert await patient.database.read(lambda uow: uow.dialogues.load(["doctor"])) == {}


async def test_our_address_is_not_ours_or_not_safe(patient):
    await patient.partner()
    patient.told["CHARGEBOT_PUBLIC_URL"] = patient.server.url
    assert "somebody else answers there" in (await patient.wrong())[0]
    patient.told["CHARGEBOT_PUBLIC_URL"] = "http://127.0.0.1:9"
    assert "does not answer" in (await patient.wrong())[0]
    patient.told["CHARGEBOT_ALLOW_PRIVATE_ADDRESSES"] = "false"
    assert "put a proxy with TLS in front" in (await patient.wrong())[0]


@pytest.mark.parametrize(
    ("how", "mend"),
    [
        ({"state": PartnerState.REVOKED}, "add it again"),
        ({"state": PartnerState.PENDING}, "invite anew"),
        ({"failures": 3, "last_failure": "it answered 503\x1b[2J"}, "3 times in a row (it answered 503"),
        ({"last_pull_at": None}, "chargebot partners sync"),
    ],
)
async def test_an_operator_in_trouble(patient, how, mend):
    at = patient.clock.now()
    partner = replace(a_partner(state=PartnerState.REGISTERED), **({"last_pull_at": at} | how))
    await patient.database.write(lambda uow: uow.partners.add(partner))
    [said] = await patient.wrong()
    assert mend in said
