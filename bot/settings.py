"""The settings: read once from the environment, checked once, frozen; secrets are masked wherever they are printed."""

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX: Final = "CHARGEBOT_"
SHORTEST_SECRET: Final = 32
HIGHEST_PORT: Final = 65535


class SettingsError(Exception):
    """A setting cannot be used; the text says which and what to write instead."""


@dataclass(frozen=True, slots=True)
class Polling:
    """We ask Telegram for updates."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram calls us at `url`; path and secret are derived, so that replicas agree on them."""

    url: str = field(repr=False)
    path: str = field(repr=False)
    secret: str = field(repr=False)


class Settings(BaseSettings):
    """Every field is an environment variable CHARGEBOT_...; a secret may be in a file named by CHARGEBOT_..._FILE."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    database_url: Annotated[str, Field(repr=False)] = "sqlite:///var/chargebot.db"
    listen: str = "127.0.0.1:8080"
    public_url: str = ""
    country_code: str = "NL"
    party_id: str = "CHB"
    business_name: Annotated[str, Field(max_length=100)] = "chargebot"
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    support_chat_id: int | None = None
    hotline: str = ""
    hotline_hours: str = ""
    ocpi_per_second: Annotated[int, Field(ge=1)] = 50
    allow_private_addresses: bool = False
    starts_per_hour: Annotated[int, Field(ge=1)] = 6
    pace: Annotated[float, Field(gt=0, le=1)] = 1.0

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take nothing but what `load` gives: it has read the environment and the secret files."""
        del settings_cls
        return (init_settings,)

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret_keys")
    @classmethod
    def _long_enough(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < SHORTEST_SECRET for key in value):
            raise ValueError(
                f"each key needs at least {SHORTEST_SECRET} characters; make one with: openssl rand -hex 32"
            )
        return value

    @field_validator("country_code")
    @classmethod
    def _country(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z]{2}", value):
            raise ValueError("write the two letters of a country, for example NL")
        return value

    @field_validator("party_id")
    @classmethod
    def _party(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9]{3}", value):
            raise ValueError("write the three characters of our party, for example CHB")
        return value

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > HIGHEST_PORT:
            raise ValueError("write it as host:port, for example 127.0.0.1:8080")
        return value

    @field_validator("telegram_api_url", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]+", value or "https://unset"):
            raise ValueError("write a whole address, for example https://charge.example.org")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.telegram_mode == "webhook" and not self.public_url:
            raise ValueError("CHARGEBOT_TELEGRAM_MODE=webhook needs CHARGEBOT_PUBLIC_URL, where Telegram reaches us")
        return self

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment.

        Raises:
            SettingsError: one sentence that names the setting and what is expected.

        """
        values = _values(os.environ if environment is None else environment)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            where = f"{PREFIX}{str(first['loc'][0]).upper()}: " if first["loc"] else ""
            raise SettingsError(where + str(first["msg"]).removeprefix("Value error, ")) from None

    def need(self, *names: str) -> None:
        """Check that settings without a default are there.

        Raises:
            SettingsError: naming the first that is missing.

        """
        for name in names:
            value = getattr(self, name)
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise SettingsError(f"{PREFIX}{name.upper()} is not set; {_HINTS[name]}")

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def reachable_at(self) -> str:
        """How operators and Telegram see us."""
        return self.public_url or f"http://{self.listen}"

    @property
    def bot_api(self) -> str:
        """The Bot API's base, to which /bot and the token are appended; written with or without that /bot."""
        return self.telegram_api_url.removesuffix("/bot")

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None for a database server."""
        scheme, separator, path = self.database_url.partition(":///")
        return Path(path) if separator and scheme.partition("+")[0] == "sqlite" and path else None

    @property
    def mode(self) -> Polling | Webhook:
        if self.telegram_mode == "polling":
            return Polling()
        path = f"/telegram/{self.derived('webhook-path')[:32]}"
        return Webhook(self.public_url + path, path, self.derived("webhook-secret"))

    @property
    def fernet_keys(self) -> tuple[bytes, ...]:
        """The keys that encrypt what partners gave us; the first encrypts, all decrypt."""
        return tuple(
            base64.urlsafe_b64encode(hashlib.sha256(b"at-rest" + key.get_secret_value().encode()).digest())
            for key in self.secret_keys
        )

    def derived(self, purpose: str) -> str:
        """64 hexadecimal digits for one purpose, from the first secret key."""
        return self.all_derived(purpose)[0]

    def all_derived(self, purpose: str) -> tuple[str, ...]:
        """The same from every key, the first one first: what was made with an older key is still recognised."""
        keys = (key.get_secret_value() for key in self.secret_keys)
        return tuple(hashlib.sha256(f"{purpose}:{key}".encode()).hexdigest() for key in keys)


_HINTS: Final = {
    "telegram_token": "ask @BotFather for a bot and write its token there",
    "secret_keys": "make a key with: openssl rand -hex 32",
}
_SECRETS: Final = ("TELEGRAM_TOKEN", "SECRET_KEYS", "DATABASE_URL")


def _values(environment: Mapping[str, str]) -> dict[str, str]:
    """What is set to nothing counts as not set."""
    values = {
        name.removeprefix(PREFIX).lower(): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() in Settings.model_fields and value.strip()
    }
    for secret in _SECRETS:
        if path := environment.get(f"{PREFIX}{secret}_FILE"):
            try:
                values[secret.lower()] = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{PREFIX}{secret}_FILE: {path} cannot be read ({_reason(error)})") from None
    return values


def _reason(error: Exception) -> str:
    return error.strerror or "it is unreadable" if isinstance(error, OSError) else "it is not text"
