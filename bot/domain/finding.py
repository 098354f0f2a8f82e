"""What somebody who looked at the bot found: for the people who run it, a line each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, how it is, and how to mend it when it is `wrong`."""

    what: str
    text: str
    wrong: bool = False

    def __str__(self) -> str:
        return f"{'WRONG' if self.wrong else 'ok':<7}{self.what}: {' '.join(self.text.split())}"


Findings = AsyncIterator[Finding]
