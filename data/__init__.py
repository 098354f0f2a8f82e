"""What we remember and whom we ask: every connection to a disk or an operator leaves from here."""
