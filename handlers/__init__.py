"""How the world reaches us: everything a stranger can send enters here."""
