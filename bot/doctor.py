"""What is wrong with this bot and how to mend it, looked at from inside, whether it serves right now or not."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import aiohttp

from bot.domain.errors import StoreError
from bot.domain.finding import Finding, Findings
from bot.domain.network import PartnerState
from bot.ocpi.paths import versions_url
from bot.ports import Clock, Database, Dialogue, UnitOfWork
from bot.services.partners import Health, Partners
from bot.settings import Settings
from handlers.locales import LANGUAGES, catalogue
from handlers.telegram.checkup import Checkup

LEAST_FREE: Final = 500 << 20
UNREAD_AFTER: Final = timedelta(days=2)
PATIENCE: Final = aiohttp.ClientTimeout(total=10)
UNAUTHORISED: Final = 401


class _UndoneError(Exception):
    """A trial of the store leaves nothing behind."""


class Doctor:
    """Looks and never changes anything; it takes no updates from a bot that runs."""

    def __init__(self, settings: Settings, database: Database, partners: Partners, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._partners = partners
        self._clock = clock
        self._telegram = Checkup(
            settings.bot_api, settings.telegram_token, settings.mode, settings.support_chat_id, clock
        )

    async def look(self) -> Findings:
        """Everything, one after the other; what cannot be looked at is wrong too."""
        checks: tuple[tuple[str, Callable[[], Findings]], ...] = (
            ("settings", self._people),
            ("telegram", self._telegram.look),
            ("clock", self._telegram.skew),
            ("database", self._store),
            ("our address", self._address),
            ("operators", self._operators),
            ("languages", self._languages),
        )
        for what, check in checks:
            try:
                async for finding in check():
                    yield finding
            except Exception as error:  # noqa: BLE001  one thing that cannot be seen must not hide the others
                yield Finding(what, f"it could not be looked at ({type(error).__name__}: {error})", wrong=True)

    async def _people(self) -> Findings:
        settings = self._settings
        if settings.hotline or settings.support_chat_id is not None:
            yield Finding("settings", "drivers in trouble find somebody")
        else:
            yield Finding(
                "settings",
                "drivers in trouble find nobody: set CHARGEBOT_HOTLINE, CHARGEBOT_SUPPORT_CHAT_ID or both",
                wrong=True,
            )

    async def _store(self) -> Findings:
        """It is open, so it is of this version: an older or newer one is refused on opening."""
        try:
            await self._database.write(_written_and_undone)
        except _UndoneError:
            pass
        except StoreError as error:
            yield Finding("database", f"nothing can be written: {error}", wrong=True)
            return
        if self._database.full:
            yield Finding("database", "its disk is full: make room, and starts are taken again", wrong=True)
            return
        file = self._settings.sqlite_file
        if file is None:
            yield Finding("database", "of this version, can be written")
            return
        free = shutil.disk_usage(file.parent).free
        if free < LEAST_FREE:
            yield Finding("database", f"only {free >> 20:,} MB are left on the disk of {file}: make room", wrong=True)
        else:
            yield Finding("database", f"of this version, can be written, {free >> 20:,} MB left on its disk")

    async def _address(self) -> Findings:
        settings = self._settings
        url = versions_url(settings.reachable_at)
        if not url.startswith("https://") and not settings.allow_private_addresses:
            yield Finding(
                "our address",
                f"{url} is not safe for tokens: put a proxy with TLS in front and set CHARGEBOT_PUBLIC_URL to https://...",
                wrong=True,
            )
            return
        try:
            async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            yield Finding(
                "our address",
                f"{url} does not answer ({type(error).__name__}): operators and webhooks need it; look at the name, "
                f"the proxy, and CHARGEBOT_PUBLIC_URL; we listen at {settings.listen}",
                wrong=True,
            )
            return
        if status == UNAUTHORISED:
            yield Finding("our address", f"{url} answers, and asks strangers for a token")
        else:
            yield Finding(
                "our address",
                f"{url} answers {status} where {UNAUTHORISED} was due: somebody else answers there; have the proxy "
                f"hand on to {settings.listen}",
                wrong=True,
            )

    async def _operators(self) -> Findings:
        found = await self._partners.health()
        if not found:
            yield Finding(
                "operators", "none yet: chargebot partners add --versions-url URL --token TOKEN_A", wrong=True
            )
        for health in found:
            yield self._operator(health)

    def _operator(self, health: Health) -> Finding:
        partner = health.partner
        what = f"operator {partner.id}, {partner.name}"
        if partner.state is PartnerState.REVOKED:
            return Finding(what, "it does not know us any more: have it give a new token and add it again", wrong=True)
        if partner.state is PartnerState.PENDING:
            return Finding(what, "it has not registered yet: invitations hold 72 hours, then invite anew", wrong=True)
        if partner.failures:
            return Finding(
                what,
                f"could not be read {partner.failures} times in a row ({partner.last_failure or 'no reason was kept'}):"
                f" try chargebot partners sync {partner.id}, and talk to it",
                wrong=True,
            )
        if partner.last_pull_at is None or self._clock.now() - partner.last_pull_at > UNREAD_AFTER:
            return Finding(what, f"its stations were not read lately: chargebot partners sync {partner.id}", wrong=True)
        refused = len(health.objections)
        more = f"; {refused} or more objects refused, chargebot partners list says why" if refused else ""
        pushed = f"{partner.last_push_at:%Y-%m-%d %H:%M} UTC" if partner.last_push_at else "never"
        return Finding(what, f"read {partner.last_pull_at:%Y-%m-%d %H:%M} UTC, last push {pushed}{more}")

    async def _languages(self) -> Findings:
        for language in LANGUAGES:
            catalogue(language)
        yield Finding("languages", ", ".join(LANGUAGES))


def _written_and_undone(uow: UnitOfWork) -> None:
    uow.dialogues.save([Dialogue("doctor", "doctor", "looking")])
    raise _UndoneError
