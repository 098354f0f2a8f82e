"""The framework's bot as we use it: its token stays out of sight, and plain calls skip what nobody reads."""

from typing import Any, Final

from telegram import InputFile
from telegram.constants import ParseMode
from telegram.ext import Defaults, ExtBot

from bot.ports import Lane
from handlers.telegram.wire.limiter import Limiter
from handlers.telegram.wire.request import AiohttpRequest, redacted

POLL_POOL: Final = 2


class Bot(ExtBot[Lane]):
    """`call` is for answers nobody reads as objects: it costs a third of the framework's own methods."""

    def __init__(self, token: str, *, api_url: str = "https://api.telegram.org", limiter: Limiter) -> None:
        calls, polls = AiohttpRequest(), AiohttpRequest(pool_size=POLL_POOL)
        super().__init__(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=calls,
            get_updates_request=polls,
            defaults=Defaults(parse_mode=ParseMode.HTML),
            rate_limiter=limiter,
        )
        self._calls, self._polls = calls, polls

    async def shutdown(self) -> None:
        """Close the connections, also those of a bot that never reached Telegram."""
        await super().shutdown()
        await self._calls.shutdown()
        await self._polls.shutdown()

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method beside the limiter, with plain JSON values and perhaps a file; None is left out.

        Gives the raw result.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        if any(isinstance(value, InputFile) for value in given.values()):
            return await self._calls.upload(f"{self.base_url}/{method}", given)
        return await self._calls.call(f"{self.base_url}/{method}", given)

    async def poll(self, *, offset: int | None, seconds: int, allowed: tuple[str, ...]) -> list[dict[str, Any]]:
        """Updates, unparsed, over connections of their own; waits up to `seconds` (the server: at most 50) for one."""
        parameters: dict[str, Any] = {"timeout": seconds, "limit": 100, "allowed_updates": allowed}
        if offset is not None:
            parameters["offset"] = offset
        url = f"{self.base_url}/getUpdates"
        updates: list[dict[str, Any]] = await self._polls.call(url, parameters, read_timeout=seconds + 10.0)
        return updates

    def __repr__(self) -> str:
        return redacted(f"Bot[{self.base_url}]")
