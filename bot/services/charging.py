"""Start, follow and stop a charge: never twice, never lost.

Everything that moves a charge ends here: the driver's press, the operator's answer, its result, its session pushes,
our own pulls and the clock. Each is one transaction; what must follow is a job row of that same transaction.
"""

from bot.services.guarding import Guarding
from bot.services.hearing import Command
from bot.services.starting import Starting, Wish
from bot.services.stopping import Stopping

__all__ = ["Charging", "Command", "Wish"]


class Charging(Starting, Stopping, Guarding):
    """The one service that moves charges; each of its parts is a file of its own."""
