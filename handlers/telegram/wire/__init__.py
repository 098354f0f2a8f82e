"""How updates come in and messages go out: durable on the way in, within the limits on the way out."""
