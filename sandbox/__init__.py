"""A pretend world to charge in: an operator, a messenger and a street, written from their specifications."""
