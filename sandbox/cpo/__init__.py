"""A small charge point operator that speaks OCPI 2.2.1, written from the specification: a witness, not a mirror.

It shares no code with the bot. `sandbox.cpo.operator.Operator` embeds it, `python -m sandbox.cpo` runs it, and
`sandbox.cpo.street.Street` plugs cars in and makes things go wrong.
"""
