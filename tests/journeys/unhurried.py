"""The bot as it is, without Telegram's limits on how often it may write: the sandbox's are off in these journeys too."""

from functools import partial

import bot.app
from bot.cli import main
from handlers.telegram.limiter import Limiter, Rates

bot.app.Limiter = partial(Limiter, Rates.unlimited())  # type: ignore[misc, assignment]

if __name__ == "__main__":
    main()
