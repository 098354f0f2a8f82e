"""What the people who run the bot can have it do: the same whether it serves right now or not."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from json import loads

from bot.doctor import Doctor
from bot.domain.driver import PassStatus
from bot.domain.errors import PartnerError
from bot.domain.feedback import BEST
from bot.domain.network import Partner, PartnerState
from bot.nursery import Nursery
from bot.services.catalogue_file import CatalogueError
from bot.services.feedback import Feedback
from bot.services.importing import Importing
from bot.services.networks import About, Networks
from bot.services.partners import Health, Partners
from bot.terminal import ON_THE_WAY
from data.ocpi.registration import Handshakes
from data.ocpi.stations import Progress
from data.ocpi.sync import Pulled, Sync
from handlers.escape import clean


class OfficeError(Exception):
    """It could not be done; the text says what happened and what to do."""


class Office:
    """Each method yields lines for people, as the work goes on."""

    def __init__(
        self,
        partners: Partners,
        handshakes: Handshakes,
        sync: Sync,
        versions_url: str,
        networks: Networks,
        importing: Importing,
        feedback: Feedback,
        doctor: Doctor,
    ) -> None:
        self._doctor = doctor
        self._feedback = feedback
        self._networks = networks
        self._importing = importing
        self._partners = partners
        self._handshakes = handshakes
        self._sync = sync
        self._versions_url = versions_url

    def do(self, command: str, arguments: dict[str, str]) -> AsyncIterator[str]:
        """Run a command by its name.

        Raises:
            OfficeError: there is no such command, or, on the way, it could not be done.

        """
        commands: dict[str, Callable[..., AsyncIterator[str]]] = {
            "partners.add": self.add,
            "partners.invite": self.invite,
            "partners.list": self.list,
            "partners.sync": self.sync,
            "partners.rotate": self.rotate,
            "partners.remove": self.remove,
            "passes.import": self.import_passes,
            "passes.list": self.list_passes,
            "networks.import": self.import_networks,
            "networks.list": self.list_networks,
            "reports.list": self.list_reports,
            "tickets.list": self.list_tickets,
            "doctor": self.look,
        }
        work = commands.get(command)
        if work is None:
            raise OfficeError(f"The running bot does not know the command {command}: is it of another version?")
        return work(**arguments)

    async def add(self, versions_url: str, token: str, name: str = "") -> AsyncIterator[str]:
        """Register with an operator and read its stations."""
        try:
            partner = await self._handshakes.register(versions_url, token, name)
            yield f"Registered with {_described(partner)} as partner {partner.id}."
            async for line in self._pull(partner):
                yield line
        except PartnerError as error:
            raise OfficeError(str(error)) from error

    async def invite(self, name: str = "") -> AsyncIterator[str]:
        """Let an operator register with us."""
        token = await self._partners.invite(name)
        yield f"Versions URL: {self._versions_url}"
        yield f"Token:        {token}"
        yield "Give both to the operator; the token works once, for 72 hours."

    async def list(self) -> AsyncIterator[str]:
        found = await self._partners.health()
        if not found:
            yield "No partner yet: chargebot partners add --versions-url URL --token TOKEN_A"
        for health in found:
            yield _described(health.partner)
            for line in _health(health):
                yield f"    {line}"

    async def sync(self, partner: str) -> AsyncIterator[str]:
        """Read all stations and tariffs of a partner now."""
        try:
            async for line in self._pull(await self._named(partner)):
                yield line
        except PartnerError as error:
            raise OfficeError(str(error)) from error

    async def rotate(self, partner: str) -> AsyncIterator[str]:
        """Exchange the tokens of both sides for new ones."""
        known = await self._named(partner)
        try:
            renewed = await self._handshakes.rotate(known.id)
        except PartnerError as error:
            raise OfficeError(str(error)) from error
        yield f"New tokens with {_described(renewed)}."

    async def remove(self, partner: str) -> AsyncIterator[str]:
        """Tell the partner that we part, and forget its credential."""
        known = await self._named(partner)
        try:
            await self._handshakes.unregister(known.id)
        except PartnerError as error:
            raise OfficeError(str(error)) from error
        yield f"{known.name} is no longer a partner. Its charges and bills stay."

    async def import_networks(self, text: str, pictures: str = "{}") -> AsyncIterator[str]:
        """Take the networks of a file; `pictures` is JSON, a path to the picture's bytes in Base64."""
        contents = {name: b64decode(content) for name, content in loads(pictures).items()}
        try:
            taken = await self._networks.import_file(text, contents)
        except CatalogueError as error:
            raise OfficeError(str(error)) from error
        for one in taken:
            yield f"{one.network.party} {one.network.name}: {one.outcome}" + ("" if one.network.enabled else ", off")
            if not one.connected:
                yield f"    No partner brings {one.network.party} yet: its stations come with chargebot partners add."

    async def list_networks(self) -> AsyncIterator[str]:
        """Show what is described, what is connected, and what is missing of either."""
        found = await self._networks.everything()
        if not found:
            yield "No network yet: chargebot partners add connects one, chargebot networks import describes it."
        for one in found:
            yield _network_described(one)

    async def import_passes(self, text: str) -> AsyncIterator[str]:
        """Take passes from a file: every good line, whatever is wrong with the others."""
        done = await self._importing.take(text)
        for line in done.bad:
            yield f"line {line.line}: {line.reason}"
        yield f"{done.taken} passes taken: {done.new} new, {done.changed} changed, {done.same} as they were."
        if done.bad:
            raise OfficeError(
                f"{len(done.bad)} lines could not be taken, as said above: correct them and import the file again."
            )

    async def list_passes(self) -> AsyncIterator[str]:
        counts = await self._importing.counts()
        if not counts:
            yield "No pass yet. Drivers get a welcome pass until the first chargebot passes import FILE.csv."
        for status in PassStatus:
            if status in counts:
                yield f"{counts[status]:>8} {status}"

    async def list_reports(self) -> AsyncIterator[str]:
        """What drivers said lately: faults of connectors, and how their charges went."""
        ratings, reports = await self._feedback.latest()
        yield f"{len(reports)} reports of faults, the newest first"
        for report in reports:
            where = f"{report.identifier or report.evse_uid} at {report.title}"
            said = f"{report.id}  {report.at:%Y-%m-%d %H:%M}  {report.kind.value}  {where}  {report.comment}"
            yield f"    {_one_line(said)}"
        yield f"{len(ratings)} ratings, the newest first"
        for rating in ratings:
            said = f"{rating.at:%Y-%m-%d %H:%M}  {rating.stars} of {BEST}  {rating.charge_id}  {rating.comment}"
            yield f"    {_one_line(said)}"

    async def list_tickets(self) -> AsyncIterator[str]:
        """What people look after, or have."""
        found = await self._feedback.tickets()
        yield f"{len(found)} tickets, the newest first"
        for ticket in found:
            closed = f"closed {ticket.closed_at:%Y-%m-%d %H:%M}" if ticket.closed_at else ticket.stage.value
            agent = ticket.agent.name if ticket.agent else "nobody"
            said = f"{ticket.id}  {ticket.opened_at:%Y-%m-%d %H:%M}  {ticket.cause.value}  {closed}  {agent}"
            yield f"    {_one_line(f'{said}  {ticket.charge_id or chr(45)}')}"

    async def look(self) -> AsyncIterator[str]:
        """Look at everything, and say what is wrong and how to mend it."""
        wrong = 0
        async for finding in self._doctor.look():
            yield clean(str(finding))
            wrong += finding.wrong
        if wrong:
            raise OfficeError(f"{wrong} of these are wrong, as said above.")

    async def _pull(self, partner: Partner) -> AsyncIterator[str]:
        told: asyncio.Queue[Progress | None] = asyncio.Queue()

        async def read() -> Pulled | PartnerError:
            try:
                return await self._sync.pull(partner, whole=True, tell=told.put_nowait)
            except PartnerError as error:
                return error
            finally:
                told.put_nowait(None)

        async with Nursery() as nursery:
            reading = nursery.start(read(), "a reading that somebody watches")
            while (progress := await told.get()) is not None:
                yield f"{ON_THE_WAY}{progress.objects:,} {progress.module} read, {progress.changed:,} of them new"
            pulled = await reading
        if isinstance(pulled, PartnerError):
            raise pulled
        yield f"{pulled.locations.objects} stations and {pulled.tariffs.objects} tariffs read."
        if refused := pulled.locations.refused + pulled.tariffs.refused:
            yield f"{refused} could not be used; chargebot partners list says why."

    async def _named(self, text: str) -> Partner:
        partner = await self._partners.named(text)
        if partner is None:
            raise OfficeError(f"There is no partner {text}: chargebot partners list shows them.")
        return partner


def _network_described(one: About) -> str:
    network = one.network
    if network is None:
        return f"{one.party} is not described yet; {one.stations} stations can be started"
    state = "on" if network.enabled else "off"
    link = f"{one.stations} stations can be started" if one.connected else "no partner brings it"
    return f"{one.party} {network.name}: {state}, {network.start_order.value}, updated {network.updated}; {link}"


def _health(health: Health) -> Iterator[str]:
    """How it goes with a partner: when it was last heard and read, what fails, what of its objects was refused."""
    partner = health.partner
    yield f"last push {_moment(partner.last_push_at)}, last pull {_moment(partner.last_pull_at)}"
    if partner.failures:
        yield f"could not be read {partner.failures} times in a row: {partner.last_failure or 'no reason was kept'}"
    if partner.state is PartnerState.REVOKED:
        yield "it does not know us any more: have it give a new token and add it again"
    for client in partner.clients:
        yield f"behind it: {client.party} ({client.role}, {client.status})"
    for objection in health.objections:
        yield f"refused {objection.module} {objection.object_id}: {objection.reason} ({_moment(objection.at)})"


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else "never"


def _one_line(text: str) -> str:
    """Words of strangers, for a terminal: nothing in them moves its cursor."""
    return "  ".join(" ".join(part.split()) for part in clean(text).split("  ")).strip()


def _described(partner: Partner) -> str:
    parties = ", ".join(map(str, partner.parties)) or "no party yet"
    return f"{partner.name} ({parties}, OCPI {partner.version}, {partner.state.value})"
