"""The promises of bot.ports, each tested on the fake, on SQLite and on PostgreSQL alike."""
