"""How a bot gets its updates: getUpdates, setWebhook, deleteWebhook, getWebhookInfo."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from sandbox.telegram.call import Call
from sandbox.telegram.errors import WEBHOOK_ACTIVE, BadRequestError, too_many_requests
from sandbox.telegram.links import is_loopback
from sandbox.telegram.polling import MAX_LIMIT, MAX_TIMEOUT, Polling
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.webhook import Webhook, WebhookSettings

MAX_SECRET: Final = 256
DEFAULT_CONNECTIONS: Final = 40
MAX_CONNECTIONS: Final = 100
ALLOWED_PORTS: Final = (80, 88, 443, 8443)
SET_WEBHOOK_PAUSE: Final = 1.0


class Receiving:
    """The two ways of one bot, of which one is open at a time."""

    def __init__(self, polling: Polling, webhook: Webhook, queue: UpdateQueue) -> None:
        self._polling = polling
        self._webhook = webhook
        self._queue = queue
        self._next_set = float("-inf")
        queue.arrived = self._arrived

    def _arrived(self, line: int) -> None:
        self._polling.wake()
        self._webhook.wake(line)

    async def get_updates(self, call: Call) -> list[orjson.Fragment]:
        if self._webhook.settings is not None:
            raise await self._polling.refuse(WEBHOOK_ACTIVE)
        self._allow(call)
        updates = await self._polling.get(
            call.integer("offset"),
            call.integer("limit", MAX_LIMIT, 1, MAX_LIMIT),
            call.integer("timeout", 0, 0, MAX_TIMEOUT),
        )
        return [orjson.Fragment(update.json()) for update in updates]

    async def set_webhook(self, call: Call) -> bool:
        url = call.text("url")
        if not url:
            return await self.delete_webhook(call)
        now = call.world.clock.monotonic()
        if now < self._next_set:
            raise too_many_requests(1)
        self._next_set = now + SET_WEBHOOK_PAUSE
        if call.flag("drop_pending_updates"):
            self._queue.clear()
        self._polling.stop()
        await self._webhook.set(None)
        settings = WebhookSettings(
            _checked_url(url),
            _checked_secret(call.text("secret_token")),
            call.integer("max_connections", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
            call.text("ip_address"),
        )
        _check_reach(url)
        self._allow(call)
        await self._webhook.set(settings)
        return True

    async def delete_webhook(self, call: Call) -> bool:
        if call.flag("drop_pending_updates"):
            self._queue.clear()
        await self._webhook.set(None)
        return True

    async def get_webhook_info(self, _call: Call) -> dict[str, Any]:
        settings = self._webhook.settings
        info: dict[str, Any] = {
            "url": settings.url if settings else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue.waiting()),
        }
        if self._webhook.last_error:
            info |= {"last_error_date": self._webhook.last_error_date, "last_error_message": self._webhook.last_error}
        if settings is not None:
            address = settings.ip_address or urlsplit(settings.url).hostname
            info |= {"max_connections": settings.max_connections, "ip_address": address}
        if (allowed := self._queue.allowed_list()) is not None:
            info["allowed_updates"] = allowed
        if settings is not None and settings.url.startswith("http://"):
            info["sandbox_note"] = "plain http, accepted only because it stays on this machine"
        return info

    def _allow(self, call: Call) -> None:
        """Without or with a broken list the kinds asked for before stay."""
        kinds = call.lenient_json("allowed_updates")
        if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
            self._queue.allow(kinds)

    async def close(self) -> None:
        await self._webhook.close()

    @property
    def methods(self) -> dict[str, Any]:
        return {
            "getUpdates": self.get_updates,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.get_webhook_info,
        }


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        port_is_a_number = False
    if not port_is_a_number or parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
        raise BadRequestError("invalid webhook URL specified")
    return parts.geturl()


def _checked_secret(secret: str) -> str:
    if len(secret.encode()) > MAX_SECRET:
        raise BadRequestError("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise BadRequestError("secret token contains unallowed characters")
    return secret


def _check_reach(url: str) -> None:
    """Telegram's own rules, lifted for addresses on this machine."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if is_loopback(parts.hostname or ""):
        return
    if parts.scheme != "https":
        raise BadRequestError("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in ALLOWED_PORTS:
        raise BadRequestError("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
