"""What a driver sees: facts in, a screen out. Pure: no messenger, no database, no clock."""
