"""What a charge costs, as the specification says it: OCPI mod_tariffs and mod_cdrs."""
