"""The emoji that may be put under a message; the list is Telegram's and the same for everybody."""

from typing import Final

_ALL = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 "
    "🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 "
    "🤷‍♂ 🤷 🤷‍♀ 😡"
)
EMOJIS: Final = frozenset(_ALL.split())
_VARIATION = "\ufe0f"


def plain_emoji(emoji: str) -> str:
    """An emoji may come with or without the sign that asks for a coloured picture."""
    return emoji.replace(_VARIATION, "")
