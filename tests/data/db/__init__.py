"""Tests of the database: contracts for every kind of it, and what SQLite and PostgreSQL owe beyond."""
