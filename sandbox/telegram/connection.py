"""A connection to a sandbox server's client API."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson

from sandbox.telegram.shown import SandboxError


class Connection:
    """Requests to the client API, answered with JSON."""

    def __init__(self, url: str) -> None:
        self._base = f"{url}/sandbox"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON answer; raises SandboxError with the sandbox's own sentence."""
        assert self._session is not None, "use: async with Telegram(url) as telegram"
        told = {name: str(value) for name, value in (query or {}).items() if value is not None}
        data = None if body is None else orjson.dumps(body)
        async with self._session.request(method, f"{self._base}/{path}".rstrip("/"), data=data, params=told) as answer:
            content = orjson.loads(await answer.read())
        if isinstance(content, dict) and "error" in content:
            raise SandboxError(content["error"])
        return content

    async def download(self, file_id: str) -> bytes:
        assert self._session is not None, "use: async with Telegram(url) as telegram"
        async with self._session.get(f"{self._base}/files/{file_id}") as answer:
            return await answer.read()

    async def changes(self, since: int = 0, wait: float = 0.0, chat: int | None = None) -> dict[str, Any]:
        """{seq, changes}: what happened after `since`, waiting up to `wait` seconds for it."""
        answer: dict[str, Any] = await self.request(
            "GET", "changes", query={"since": since, "wait": wait, "chat": chat}
        )
        return answer
