"""Telephone numbers of others: only what a phone can dial reaches a driver."""

import re
from typing import Final

SHORTEST: Final = 5
LONGEST: Final = 15
"""Digits of a number with its country code (ITU-T E.164)."""

_WRITTEN: Final = re.compile(r"\+?[0-9 ()./\u00a0\u2010-\u2013-]+")


def dialled(text: str | None) -> str | None:
    """The number as it is dialled, "+31205550100"; None for anything that is more or less than one number."""
    written = (text or "").strip().removeprefix("tel:").strip()
    if not _WRITTEN.fullmatch(written):
        return None
    digits = re.sub(r"[^0-9]", "", written.replace("(0)", "") if written.startswith(("+", "00")) else written)
    if written.startswith("00"):
        return _if_real("+" + digits[2:])
    return _if_real(("+" if written.startswith("+") else "") + digits)


def _if_real(number: str) -> str | None:
    return number if SHORTEST <= len(number.removeprefix("+")) <= LONGEST else None
