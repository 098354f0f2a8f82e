"""Memory: one database, one writer, transactions as functions."""
