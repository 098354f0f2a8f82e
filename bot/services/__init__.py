"""One file per thing we do for drivers and operators, written against bot.ports alone."""
