"""The operator's OCPI 2.2.1 over HTTP, one file per module; `words` alone knows how things are spelt on the wire."""
