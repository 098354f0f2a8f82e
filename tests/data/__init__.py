"""Tests of what we remember and whom we ask."""
