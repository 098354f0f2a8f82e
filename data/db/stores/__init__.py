"""The stores of bot.ports over SQL, one file per kind of thing remembered."""
