"""How a bot presents itself: name, description and menu button, by language and by person."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

Part = Literal["name", "description", "short_description"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
COMMANDS_BUTTON: Final = {"type": "commands"}
DEFAULT_BUTTON: Final = {"type": "default"}


@dataclass
class Profile:
    account_name: str
    texts: dict[tuple[Part, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)

    def get(self, part: Part, language: str) -> str:
        """Exactly what was set for this language; only a name is never empty."""
        found = self.texts.get((part, language), "")
        return self.shown(part, language) if part == "name" else found

    def set(self, part: Part, language: str, text: str) -> None:
        """An empty text takes it back."""
        self.texts[part, language] = text

    def shown(self, part: Part, language: str) -> str:
        """What a person of this language sees."""
        fallback = self.account_name if part == "name" else ""
        code = language.partition("-")[0]
        return self.texts.get((part, code)) or self.texts.get((part, "")) or fallback

    def menu_button(self, user_id: int = 0) -> dict[str, Any]:
        """Exactly what was set for this person, 0 for everybody."""
        return self.menu_buttons.get(user_id, DEFAULT_BUTTON if user_id else COMMANDS_BUTTON)

    def set_menu_button(self, button: dict[str, Any], user_id: int = 0) -> None:
        self.menu_buttons[user_id] = button

    def shown_menu_button(self, user_id: int) -> dict[str, Any]:
        for button in (self.menu_button(user_id), self.menu_button()):
            if button != DEFAULT_BUTTON:
                return button
        return COMMANDS_BUTTON
