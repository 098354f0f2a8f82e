"""One file for each thing a driver does."""
