"""A driver who reads another language: every sentence and every button is looked for as its catalogue has it."""

import re

from handlers.escape import plain
from handlers.locales import ENGLISH, catalogue
from tests.handlers.sentences import FIELD, read_code
from tests.journeys.driver import Driver, kwh

SHORTEST = 12
"""Characters of an English piece that cannot be a word of another language by chance."""


def as_said(language, sentence):
    """A sentence without its markup, up to its first fact."""
    said = plain(catalogue(language).gettext(sentence))
    return max(FIELD.split(said), key=len).strip()


def english_left_in(text, language):
    """Pieces of English sentences in what a driver of another language reads."""
    if language == ENGLISH:
        return []
    sentences = [form for one, more in read_code().sentences.items() for form in (one, more) if form]
    pieces = {piece.strip() for one in sentences for piece in FIELD.split(plain(one))}
    ours = plain(" ".join(str(form) for form in catalogue(language)._catalog.values()))
    foreign = {piece for piece in pieces if len(piece) >= SHORTEST and piece not in ours}
    return sorted(piece for piece in foreign if re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text))


class Abroad(Driver):
    """`seen` gathers all that was shown, messages as they were before their edits too."""

    def __init__(self, driver, language):
        super().__init__(
            driver.world,
            driver.person,
            {"uid": driver.evse, "evse_id": driver.number, "sticker": driver.sticker, "location": ""},
        )
        self.language = language
        self.shown = []

    def said(self, sentence):
        return as_said(self.language, sentence)

    async def reads(self, sentence="", *, button=""):
        message = await self.see(self.said(sentence) if sentence else "", button=self.said(button) if button else "")
        self.shown.append(message)
        return message

    async def touches(self, message, button):
        return await self.press(message, self.said(button))

    async def card_says(self, sentence):
        card = await self.see_card(self.said(sentence))
        self.shown.append(card)
        return card

    async def card_moves(self):
        def moved(chat):
            return any(
                self.said("⚡ <b>Charging</b>") in card.text and kwh(card.text.replace(",", ".")) > 0
                for card in self._cards(chat)
            )

        await self.person.wait_for(moved, self.patience)
        self.shown.append(await self.card())

    async def everything(self):
        """All texts and labels that this driver has read."""
        messages = [*self.shown, *(message for message in await self.person.messages() if not message.own)]
        labels = [label for message in messages for row in message.buttons for label in row]
        return "\n".join([*(message.text for message in messages), *labels])
