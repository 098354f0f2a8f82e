"""Log lines: one event a line, and no secret in any of them, whoever wrote it."""

import logging
import re
from typing import Final

import structlog

_SECRETS: Final = re.compile(
    r"(bot\d+:)[\w%-]+"  # a bot token inside an address
    r"|(\b\d{4,}:)[A-Za-z0-9_-]{20,}"  # a bot token by itself
    r"|((?:Authorization|Token|Bearer|tma)\b['\"]?[:= ]+)['\"]?[^\s'\",;)}\]]{8,}"
    r"|(://[^\s:/@]+:)[^\s@/]+(?=@)"  # a password inside an address
    r"|((?:hash|signature|secret|password|token)=)[^\s&'\"]+",
    re.IGNORECASE,
)
QUIET: Final = ("aiohttp.access", "alembic.runtime.plugins", "asyncio", "httpcore", "httpx")


def redacted(text: str) -> str:
    """The text with tokens, signatures and authorizations taken out."""
    return _SECRETS.sub(lambda found: f"{next(filter(None, found.groups()), '')}***", text)


_CONTROLS: Final = {number: f"\\x{number:02x}" for number in (*range(32), 127, *range(128, 160))}


def _one_line(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What others wrote can neither begin a line of its own nor speak to the terminal."""
    event["event"] = str(event.get("event", "")).translate(_CONTROLS)
    return event


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Formats like structlog does, and redacts the finished line with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def set_up(*, level: int = logging.INFO) -> None:
    """Send everything that is logged to stderr, through the one formatter."""
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _one_line,
    ]
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    handler = logging.StreamHandler()
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
