"""python -m sandbox.telegram: the server by itself, for a bot of any make."""

import argparse
import asyncio
import contextlib
from collections.abc import Sequence

from sandbox.telegram.limits import Limits
from sandbox.telegram.server import TelegramServer


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.telegram", description="A strict Bot API server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", action="append", help="a bot's token; may be given several times")
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 by itself")
    chosen = parser.parse_args(arguments)
    limits = Limits.off() if chosen.no_limits else Limits()
    tokens = chosen.token or ["1001:TEST"]
    try:
        server = TelegramServer(tokens, host=chosen.host, port=chosen.port, limits=limits)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(server, tokens))
    except ValueError as error:
        raise SystemExit(str(error)) from None
    except OSError as error:
        raise SystemExit(
            f"Cannot listen on {chosen.host}:{chosen.port} ({error.strerror}); try another --port."
        ) from None


async def _serve(server: TelegramServer, tokens: list[str]) -> None:
    async with server:
        print(f"Bot API at {server.url}/bot<token>, people at {server.url}/sandbox, tokens: {', '.join(tokens)}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
