"""The sentences in other languages: a .po file for each, read when its first driver comes.

English needs none: the English sentence is the key. There is nothing to compile; a catalogue is read in milliseconds.
"""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

LANGUAGES: Final = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
}
"""What we speak, each by its own name."""

ENGLISH: Final = "en"


@lru_cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of one of LANGUAGES; every other speaks English."""
    if language == ENGLISH or language not in LANGUAGES:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with files(__name__).joinpath(f"{language}.po").open("rb") as po:
        write_mo(compiled, read_po(po, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
