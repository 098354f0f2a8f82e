"""What an operator may call on us: OCPI, each module in a file of its own."""
