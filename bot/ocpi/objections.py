"""From the notes of a reading to what the people who run the bot can look up."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.ids import PartnerId
from bot.ocpi.reader import Note
from bot.ports import Objection


def objections(notes: Iterable[Note], partner_id: PartnerId, module: str, at: datetime) -> list[Objection]:
    """One Objection for each note."""
    return [
        Objection(partner_id, module, note.object_id, f"{note.path}: {note.reason}" if note.path else note.reason, at)
        for note in notes
    ]
