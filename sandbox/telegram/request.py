"""Reading a request: query, form, multipart and JSON all become the same strings and files."""

from typing import Any

import orjson
from aiohttp import web

from sandbox.telegram.errors import ApiError, BadRequestError
from sandbox.telegram.files import Upload
from sandbox.telegram.webhook import flatten


async def read_arguments(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """Arguments and files; raises ApiError 400 for broken JSON and 413 for too much."""
    args: dict[str, str] = dict(request.query)
    files: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            args |= _json_arguments(await request.read())
        elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    data = value.file.read()
                    files[name] = Upload(value.filename, value.content_type, data)
                else:
                    args[name] = value if isinstance(value, str) else bytes(value).decode(errors="replace")
    except web.HTTPRequestEntityTooLarge as error:
        raise ApiError(413, "Request Entity Too Large") from error
    except UnicodeDecodeError as error:
        raise BadRequestError("strings must be encoded in UTF-8") from error
    except ValueError as error:
        raise BadRequestError("can't parse form data headers") from error
    return args, files


def _json_arguments(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        value: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequestError("can't parse parameter value: it is not valid JSON") from error
    if not isinstance(value, dict):
        raise BadRequestError("JSON object expected")
    return flatten(value)
