"""Real classes that implement the ports in memory; the contract tests hold them to the same promises as the rest."""
