"""HTTP to the Bot API over one aiohttp session: the framework's request class at a third of the cost of its own.

The address of every call holds the bot's token, so no error that leaves this file may quote an address.
"""

import json
import re
from functools import lru_cache
from typing import Any, Final, cast

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter
from yarl import URL

KEEP_ALIVE: Final = 75.0
"""Seconds. With the framework's 5 s the first tap after a pause is three times slower."""

Seconds = float | None
_TOKEN: Final = re.compile(r"bot\d+(?::|%3A)[\w-]+", re.IGNORECASE)
_JSON: Final = {"Content-Type": "application/json"}


class JsonBody:
    """Parameters that are plain JSON already; where the framework builds one object for each."""

    __slots__ = ("parameters",)
    contains_files: Final = False

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.parameters = parameters


class AiohttpRequest(BaseRequest):
    """Keeps connections open between taps; `pool_size` calls run at the same time, others wait `pool_timeout`.

    Timeouts are seconds, None for none, and mean what they mean for the framework's HTTPXRequest.
    """

    __slots__ = ("_connect", "_headers", "_media_write", "_pool", "_pool_size", "_proxy", "_read", "_session", "_write")

    def __init__(
        self,
        *,
        pool_size: int = 256,
        read_timeout: Seconds = 5.0,
        write_timeout: Seconds = 5.0,
        connect_timeout: Seconds = 5.0,
        pool_timeout: Seconds = 1.0,
        media_write_timeout: Seconds = 20.0,
        proxy: str | None = None,
    ) -> None:
        self._pool_size = pool_size
        self._read, self._write, self._media_write = read_timeout, write_timeout, media_write_timeout
        self._connect, self._pool = connect_timeout, pool_timeout
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> Seconds:
        return self._read

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool_size, keepalive_timeout=KEEP_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, url: str, parameters: dict[str, Any], *, read_timeout: Seconds = None) -> Any:
        """Call a method with plain JSON and give its raw result; errors are those of the framework."""
        payload = await self._request_wrapper(
            url,
            "POST",
            cast("RequestData", JsonBody(parameters)),
            read_timeout=self._read if read_timeout is None else read_timeout,
        )
        return self.parse_json_payload(payload)["result"]

    async def upload(self, url: str, parameters: dict[str, Any]) -> Any:
        """Likewise for a call that carries files (InputFile): as a form, with more time to send it."""
        data = RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])
        payload = await self._request_wrapper(url, "POST", data, read_timeout=self._media_write)
        return self.parse_json_payload(payload)["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request and give status and body.

        Raises:
            TimedOut: it may or may not have arrived. NetworkError: it could not be exchanged.

        """
        if self._session is None:
            raise RuntimeError("This request object is not initialized!")
        upload = request_data is not None and request_data.contains_files
        timeout = _timeout(
            self._read if read_timeout is self.DEFAULT_NONE else read_timeout,
            (self._media_write if upload else self._write) if write_timeout is self.DEFAULT_NONE else write_timeout,
            self._connect if connect_timeout is self.DEFAULT_NONE else connect_timeout,
            self._pool if pool_timeout is self.DEFAULT_NONE else pool_timeout,
        )
        try:
            body, headers = _body(request_data)
            async with self._session.request(
                method, _url(url), data=body, headers=headers, timeout=timeout, proxy=self._proxy
            ) as response:
                return response.status, await response.read()
        except aiohttp.ConnectionTimeoutError:
            raise TimedOut("No connection in time, or all of them are in use; the request was not sent") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(redacted(f"aiohttp.{type(error).__name__}: {error}")) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; what is not UTF-8 is replaced, as the framework does it.

        Raises:
            TelegramError: it is no JSON object.

        """
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            try:
                answer = json.loads(payload.decode("utf-8", "replace"))
            except (ValueError, RecursionError):
                answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


def redacted(text: str) -> str:
    """The text with every bot token in an address replaced."""
    return _TOKEN.sub("bot<token>", text)


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    if data is None:
        return None, None
    if not data.contains_files:
        return orjson.dumps(data.parameters), _JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form, None


@lru_cache(maxsize=64)
def _timeout(read: Seconds, write: Seconds, connect: Seconds, pool: Seconds) -> aiohttp.ClientTimeout:
    """There is no limit for writing alone in aiohttp: the whole exchange is bound by the sum of all."""
    parts = (read, write, connect, pool)
    return aiohttp.ClientTimeout(
        total=None if None in parts else sum(part or 0 for part in parts),
        connect=None if connect is None or pool is None else connect + pool,
        sock_connect=connect,
        sock_read=read,
    )


@lru_cache(maxsize=128)
def _url(url: str) -> URL:
    return URL(url, encoded=True)
