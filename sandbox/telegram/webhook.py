"""Delivery of updates to a bot's own server: in order within a line, lines side by side, until it says 2xx."""

import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import aiohttp
import orjson

from sandbox.clock import Clock, sleep
from sandbox.telegram.faults import Faults
from sandbox.telegram.tasks import Tasks
from sandbox.telegram.updates import Update, UpdateQueue

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
IDLE_SECONDS: Final = 60
MAX_RETRY_AFTER: Final = 3600
MAX_PAUSE: Final = 60.0
GONE_SECONDS: Final = 23 * 3600
HTTP_GONE: Final = 410
_NOT_IN_ANSWERS = ("deletewebhook", "setwebhook", "close", "logout")

Execute = Callable[[str, Mapping[str, str]], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class WebhookSettings:
    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""


@dataclass
class _Outcome:
    """What came of a delivery; `error` is empty for success."""

    error: str = ""
    retry_after: int = 0
    status: int = 0
    body: bytes = b""
    content_type: str = ""


@dataclass
class Webhook:
    """The webhook of one bot, or its absence."""

    clock: Clock
    queue: UpdateQueue
    faults: Faults
    random: random.Random
    execute: Execute
    settings: WebhookSettings | None = None
    last_error: str = ""
    last_error_date: int = 0
    _session: aiohttp.ClientSession | None = None
    _deliveries: Tasks = field(default_factory=Tasks)
    _lines: set[int] = field(default_factory=set)
    _gone_since: float | None = None

    async def set(self, settings: WebhookSettings | None) -> None:
        """Start delivering to another address; what is in flight to the old one is given up."""
        await self.close()
        self.settings = settings
        self.last_error, self.last_error_date = "", 0
        self._gone_since = None
        if settings is not None:
            # The pretend world has no certificate authority, so certificates are not checked.
            connector = aiohttp.TCPConnector(limit=settings.max_connections, keepalive_timeout=IDLE_SECONDS, ssl=False)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(total=IDLE_SECONDS)
            )
            for line in self.queue.lines():
                self.wake(line)

    async def close(self) -> None:
        await self._deliveries.close()
        self._deliveries = Tasks()
        self._lines.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def wake(self, line: int) -> None:
        """Serve a line that has updates, unless somebody serves it already."""
        if self.settings is not None and line not in self._lines:
            self._lines.add(line)
            self._deliveries.start(self._serve(line), f"webhook line {line}")

    async def _serve(self, line: int) -> None:
        try:
            while self.settings is not None and (update := self.queue.first_in(line)) is not None:
                await self._deliver_until_done(update)
        finally:
            self._lines.discard(line)

    async def _deliver_until_done(self, update: Update) -> None:
        failures = 0
        pause = 1.0
        while self.settings is not None and update.update_id in self.queue:
            outcome = await self._deliver(update)
            if not outcome.error:
                self.queue.remove(update.update_id)
                self._obey(outcome)
                return
            self.last_error, self.last_error_date = outcome.error, int(self.clock.time())
            if self._is_gone(outcome):
                self.settings = None
                return
            wait = float(min(outcome.retry_after, MAX_RETRY_AFTER))
            if not wait and failures:
                wait = pause = min(pause * 2, MAX_PAUSE * self.random.uniform(1, 2))
            failures += 1
            if self.clock.time() + wait > update.expires_at:
                self.queue.remove(update.update_id)
                return
            await sleep(self.clock, wait)

    async def _deliver(self, update: Update) -> _Outcome:
        fault = self.faults.take_delivery()
        if fault is not None and fault.kind == "vanish":
            return _Outcome()
        if fault is not None and fault.kind == "lose":
            return _Outcome(error="Connection timed out")
        if fault is not None and fault.kind == "duplicate":
            await self._post(update)
        return await self._post(update)

    async def _post(self, update: Update) -> _Outcome:
        assert self._session is not None
        assert self.settings is not None
        headers = {"Content-Type": "application/json"}
        if self.settings.secret_token:
            headers[SECRET_HEADER] = self.settings.secret_token
        try:
            async with self._session.post(
                self.settings.url, data=update.json(), headers=headers, allow_redirects=False
            ) as answer:
                body = await answer.read()
                outcome = _Outcome(status=answer.status, body=body, content_type=answer.content_type)
                if not 200 <= answer.status <= 299:  # noqa: PLR2004  any 2xx
                    outcome.error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    retry_after = answer.headers.get("Retry-After", "")
                    outcome.retry_after = int(retry_after) if retry_after.isdecimal() else 0
                return outcome
        except TimeoutError:
            return _Outcome(error="Read timeout expired")
        except aiohttp.ClientConnectorError:
            return _Outcome(error="Connection refused")
        except aiohttp.ClientError:
            return _Outcome(error="Webhook connection closed")

    def _is_gone(self, outcome: _Outcome) -> bool:
        """An address that has answered 410 for 23 hours is given up."""
        if outcome.status != HTTP_GONE:
            self._gone_since = None
            return False
        now = self.clock.monotonic()
        self._gone_since = now if self._gone_since is None else self._gone_since
        return now > self._gone_since + GONE_SECONDS

    def _obey(self, outcome: _Outcome) -> None:
        """The answer to a delivery may be a method call, whose result nobody will see."""
        self._gone_since = None
        args = _arguments(outcome)
        method = args.pop("method", "").lower()
        if method and method not in _NOT_IN_ANSWERS and not method.startswith("get"):
            self._deliveries.start(self.execute(method, args), f"{method} by answer")


def _arguments(outcome: _Outcome) -> dict[str, str]:
    if outcome.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(outcome.body.decode(errors="replace")))
    if outcome.content_type != "application/json":
        return {}
    try:
        value = orjson.loads(outcome.body or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return flatten(value) if isinstance(value, dict) else {}


def flatten(value: Mapping[str, Any]) -> dict[str, str]:
    """JSON parameters as the strings that all other ways of sending them give."""
    return {str(name): item if isinstance(item, str) else orjson.dumps(item).decode() for name, item in value.items()}
