"""The words and rules of charging: pure values, no input and no output."""
