"""A strict stand-in for the Bot API server, for any bot and any library, on this machine only.

Bots reach it as they reach Telegram; people act in it through the client API (client_api.py, people.py).
Its rules and the exact words of its refusals are pinned by the conformance tables in tests/sandbox/telegram.
"""
