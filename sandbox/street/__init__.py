"""The street: a page on which anyone can be a driver, with a chat on one side and charge points on the other.

The page is a guest: it talks to the Bot API server and to the operator, and the bot never hears of it.
"""
