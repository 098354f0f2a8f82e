"""The bot's side of the Bot API, by hand: what a page test needs of a bot, without a bot."""

import json
from types import TracebackType
from typing import Any, Self

import aiohttp

TOKEN = "1001:page"


class BotApi:
    def __init__(self, url: str) -> None:
        self._base = f"{url}/bot{TOKEN}"
        self._offset = 0

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def call(self, method: str, files: dict[str, bytes] | None = None, **args: Any) -> Any:
        form = aiohttp.FormData(quote_fields=False)
        for name, value in args.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, data in (files or {}).items():
            form.add_field(name, data, filename=name, content_type="application/octet-stream")
        async with self._http.post(f"{self._base}/{method}", data=form if args or files else None) as answer:
            body = await answer.json()
        assert body["ok"], (method, body)
        return body["result"]

    async def update(self, kind: str) -> Any:
        """Wait for the next update of this kind; what comes before it is forgotten."""
        while True:
            for update in await self.call("getUpdates", offset=self._offset, timeout=5):
                self._offset = update["update_id"] + 1
                if kind in update:
                    return update[kind]
