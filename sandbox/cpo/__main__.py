"""`python -m sandbox.cpo`: a pretend charge point operator on a port, until interrupted."""

import argparse
import asyncio
import logging
import signal
import sys

from sandbox.cpo.ocpi.manners import MANNERS
from sandbox.cpo.ocpi.voice import VERSIONS
from sandbox.cpo.operator import Operator


def main() -> int:
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        print(
            f"Cannot listen on {arguments.host}:{arguments.port}: {error.strerror}. Try another --port.",
            file=sys.stderr,
        )
        return 1
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    interrupted = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    async with Operator(
        seed=arguments.seed,
        speed=arguments.speed,
        token_a=arguments.token_a,
        host=arguments.host,
        port=arguments.port,
        public_url=arguments.public_url,
        accept_raw=arguments.accept_raw,
        traffic=not arguments.no_traffic,
        version=arguments.version,
        dialect=arguments.dialect,
        hub=arguments.hub,
    ) as operator:
        print(f"OCPI versions: {operator.versions_url}", flush=True)
        print(f"Control API:   {operator.control_url}", flush=True)
        await interrupted.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.cpo", description="A pretend charge point operator.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8082, help="0 takes a free one")
    parser.add_argument("--token-a", help="invite a first partner with this TOKEN_A")
    parser.add_argument("--speed", type=_positive, default=1.0, help="how much faster than real cars charge here")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--public-url", help="how peers reach us, if not by http://host:port")
    parser.add_argument("--accept-raw", action="store_true", help="also take credentials tokens without Base64")
    parser.add_argument("--version", choices=VERSIONS, default="2.2.1", help="the OCPI that it speaks")
    parser.add_argument("--dialect", action="append", choices=MANNERS, default=[], help="a bad habit that it has")
    parser.add_argument("--hub", action="store_true", help="be a hub with three operators behind it")
    parser.add_argument("--no-traffic", action="store_true", help="nobody else's cars come and go")
    return parser


def _positive(value: str) -> float:
    number = float(value)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be above zero")
    return number


if __name__ == "__main__":
    sys.exit(main())
