"""The client API's way of reading requests and writing answers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from aiohttp import web

from sandbox.telegram.files import Upload
from sandbox.telegram.people_acts import Impossible

MAX_WAIT: Final = 60.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Deadline:
    """What is left of a wait; the people's patience runs by the wall, not by the world's clock."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + seconds

    def left(self) -> float:
        return self._end - self._loop.time()


def wait_seconds(request: web.Request) -> float:
    return min(MAX_WAIT, max(0.0, float(request.query.get("wait", 0))))


async def read_body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "multipart/form-data":
        form = await request.post()
        return {
            name: Upload(value.filename, value.content_type, value.file.read())
            if isinstance(value, web.FileField)
            else value
            for name, value in form.items()
        }
    source = await request.read()
    try:
        body = orjson.loads(source or b"{}")
    except orjson.JSONDecodeError as error:
        raise Impossible("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Impossible("The body is not a JSON object.")
    return body


async def nothing_here(request: web.Request) -> Any:
    raise Impossible(f"There is no {request.method} {request.path}; see the table in client_api.py.")


def answered(handle: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return json_response(await handle(request))
        except Impossible as error:
            return json_response({"error": str(error)}, 409)
        except (TypeError, ValueError) as error:
            return json_response({"error": f"The request has a value of a wrong kind: {error}."}, 400)

    return answer


def json_response(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
