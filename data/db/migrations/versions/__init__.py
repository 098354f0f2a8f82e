"""One file per version of the database, named by its number."""
