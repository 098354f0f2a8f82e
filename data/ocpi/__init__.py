"""Whom we ask: outgoing OCPI, one request at a time."""
