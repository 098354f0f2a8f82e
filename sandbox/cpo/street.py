"""A small client of the control API: what scripts and tests use to be in the street."""

import json
from decimal import Decimal
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

Json = dict[str, Any]


class StreetError(Exception):
    """The operator could not do it; the message is its sentence."""


class Street:
    """`async with Street(operator.control_url) as street:`. An EVSE is named by its uid or its evse_id."""

    def __init__(self, control_url: str) -> None:
        self._url = control_url.rstrip("/")
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def evses(self) -> list[Json]:
        return await self._list("evses")

    async def evse(self, evse: str) -> Json:
        return await self._ask("GET", _at(evse))

    async def plug(self, evse: str, connector_id: str | None = None, **car: str | Decimal | int) -> Json:
        """`car`: name, battery_kwh, soc, max_ac_kw, max_dc_kw; what is left out is an ordinary car's."""
        sizes = {name: str(value) for name, value in car.items()}
        return await self._ask("POST", _at(evse, "plug"), {"connector_id": connector_id, "car": sizes})

    async def unplug(self, evse: str) -> Json:
        return await self._ask("POST", _at(evse, "unplug"))

    async def press_stop(self, evse: str) -> Json:
        return await self._ask("POST", _at(evse, "stop-button"))

    async def press_emergency(self, evse: str) -> Json:
        return await self._ask("POST", _at(evse, "emergency"))

    async def repair(self, evse: str) -> Json:
        return await self._ask("POST", _at(evse, "repair"))

    async def swipe(self, evse: str, uid: str) -> str:
        """What the display says."""
        return str((await self._ask("POST", _at(evse, "swipe"), {"uid": uid}))["display"])

    async def fault(self, evse: str, name: str, count: int | None = None, seconds: float | None = None) -> Json:
        """Switch a fault on; `seconds` are those of the wall clock."""
        return await self._ask("POST", _at(evse, "faults"), {"name": name, "count": count, "seconds": seconds})

    async def faults(self) -> list[Json]:
        """The faults that there are, each with its sentence."""
        return await self._list("faults")

    async def clear_fault(self, evse: str, name: str | None = None) -> Json:
        return await self._ask("DELETE", _at(evse, "faults", *([name] if name else [])))

    async def speed(self, speed: float) -> None:
        await self._ask("PUT", "speed", {"speed": speed})

    async def pace(self, **ranges: tuple[float, float] | float) -> Json:
        """Ranges of simulated seconds by name (answer, result, activation, meter, stop, cdr), and plug_patience."""
        return await self._ask("PUT", "pace", ranges)

    async def sessions(self) -> list[Json]:
        return await self._list("sessions")

    async def cdrs(self) -> list[Json]:
        return await self._list("cdrs")

    async def commands(self) -> Json:
        """`commands`, and the counters starts_per_reference, starts_per_token and sessions_per_reference."""
        return await self._ask("GET", "commands")

    async def pushes(self) -> list[Json]:
        return await self._list("pushes")

    async def tokens(self) -> list[Json]:
        return await self._list("tokens")

    async def partners(self) -> list[Json]:
        return await self._list("partners")

    async def invite(self, name: str = "a partner", token_a: str | None = None) -> Json:
        """A new TOKEN_A: `token_a` and `versions_url`."""
        return await self._ask("POST", "partners", {"name": name, "token_a": token_a})

    async def _list(self, name: str) -> list[Json]:
        found: list[Json] = (await self._ask("GET", name))[name]
        return found

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        if self._http is None:
            raise StreetError("Enter the street with `async with` first.")
        data = None if body is None else json.dumps(body)
        async with self._http.request(method, f"{self._url}/{path}", data=data) as answer:
            found: Json = json.loads(await answer.read(), parse_float=Decimal)
        if answer.status != 200:  # noqa: PLR2004  HTTP's OK
            raise StreetError(found.get("error", f"HTTP {answer.status}"))
        return found


def _at(evse: str, *more: str) -> str:
    return "/".join(("evses", quote(evse, safe="*"), *more))
