"""The methods a bot can call, one file per family; each file ends in the table of what it serves.

A method is a function of a `Call` that returns what `result` shall be, or raises an ApiError.
"""
