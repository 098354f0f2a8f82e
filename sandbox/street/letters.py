"""Passes by post: a letter has a number, an activation code and a card, and the bot is told of all three."""

import secrets
from dataclasses import asdict, dataclass
from typing import Final

from sandbox.world import World

_HEADER: Final = "number,activation_code,status,uid"
_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ23456789"
"""Those that nobody takes for another."""


@dataclass(frozen=True, slots=True)
class Letter:
    number: str
    code: str
    uid: str

    def view(self) -> dict[str, str]:
        return asdict(self)


class PostOffice:
    """Each driver gets one letter, and the same again when asked twice."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sent: dict[int, Letter] = {}

    def of(self, driver: int) -> Letter | None:
        return self._sent.get(driver)

    async def send(self, driver: int) -> None:
        """Have the bot import the pass, then hand the letter over.

        Raises:
            WorldError: the bot did not take it.

        """
        if driver in self._sent:
            return
        letter = Letter(
            f"NL-CHB-{1000 + len(self._sent)}-{_random(4)}", _random(8), f"04{secrets.token_hex(6).upper()}"
        )
        file = self._world.folder / "passes.csv"
        file.write_text(f"{_HEADER}\n{letter.number},{letter.code},received,{letter.uid}\n")
        await self._world.command("passes", "import", str(file))
        self._sent[driver] = letter


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
