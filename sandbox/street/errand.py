"""Carries the page's requests to the Bot API server's client API and to the operator's control API, and back.

One origin for the page, and the two servers stay as they are.
"""

from typing import Final

import aiohttp
from aiohttp import web

_PATIENCE: Final = aiohttp.ClientTimeout(total=90)


class Errand:
    """`base` is where a request below `/NAME/` really goes."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http = http
        self._base = base.rstrip("/")

    async def run(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        headers = {"Content-Type": request.headers["Content-Type"]} if "Content-Type" in request.headers else {}
        try:
            async with self._http.request(
                request.method,
                f"{self._base}/{path}".rstrip("/"),
                params=request.query,
                data=await request.read(),
                headers=headers,
                timeout=_PATIENCE,
            ) as answer:
                body = await answer.read()
                return web.Response(body=body, status=answer.status, content_type=answer.content_type)
        except (aiohttp.ClientError, TimeoutError):
            return web.json_response({"error": "The street is closing; start it again with: make demo"}, status=502)
