"""A language that nobody speaks: every sentence accented and a third longer, to see what breaks in longer languages."""

import re
from gettext import NullTranslations

from handlers.texts import Words

KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&\w+;)")
ACCENTED = str.maketrans("aceinouyACEINOUY", "áçéíñóúýÁÇÉÍÑÓÚÝ")
LONGER = 0.3


def loud(sentence: str) -> str:
    """Facts and markup stay; the rest is accented, and as much is added as translations are longer."""
    parts = KEPT.split(sentence)
    accented = "".join(part if KEPT.fullmatch(part) else part.translate(ACCENTED) for part in parts)
    words = sum(len(part) for part in parts if not KEPT.fullmatch(part))
    return accented + "·" * round(words * LONGER)


class Loud(NullTranslations):
    def gettext(self, message: str) -> str:
        return loud(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return loud(msgid1 if n == 1 else msgid2)


LOUD = Words("en", sentences=Loud())
