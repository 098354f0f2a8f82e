import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import PREFIX, Polling, Settings, SettingsError, Webhook

KEY = "0123456789abcdef0123456789abcdef"
OLDER = "fedcba9876543210fedcba9876543210"
TOKEN = "123456789:AAHcanary-canary-canary-canary-can"
PASSWORD = "canary-password"


def load(**settings):
    return Settings.load({f"{PREFIX}{name}": value for name, value in settings.items()})


def complaint(**settings):
    with pytest.raises(SettingsError) as caught:
        load(**settings)
    return str(caught.value)


def test_nothing_needs_to_be_set_to_load_and_what_is_missing_is_asked_for():
    settings = load()
    assert settings.mode == Polling()
    with pytest.raises(SettingsError, match=r"^CHARGEBOT_TELEGRAM_TOKEN is not set; ask @BotFather"):
        settings.need("telegram_token")
    with pytest.raises(SettingsError, match=r"^CHARGEBOT_SECRET_KEYS is not set; make a key with: openssl"):
        settings.need("secret_keys")
    load(TELEGRAM_TOKEN=TOKEN, SECRET_KEYS=KEY).need("telegram_token", "secret_keys")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TELEGRAM_MODE", "carrier pigeon", "'polling' or 'webhook'"),
        ("TELEGRAM_API_URL", "api.telegram.org", "write a whole address"),
        ("PUBLIC_URL", "ftp://example.org", "write a whole address"),
        ("PUBLIC_URL", "https://", "write a whole address"),
        ("LISTEN", "8080", "host:port"),
        ("LISTEN", "localhost:", "host:port"),
        ("LISTEN", "localhost:65536", "host:port"),
        ("LISTEN", "localhost:²", "host:port"),
        ("COUNTRY_CODE", "NLD", "two letters of a country, for example NL"),
        ("PARTY_ID", "CH", "three characters of our party, for example CHB"),
        ("BUSINESS_NAME", "x" * 101, "100 characters"),
        ("SECRET_KEYS", "short", "each key needs at least 32 characters; make one with: openssl rand -hex 32"),
        ("SECRET_KEYS", f"{KEY},short", "each key needs at least 32 characters"),
        ("SUPPORT_CHAT_ID", "@support", "integer"),
        ("ALLOW_PRIVATE_ADDRESSES", "perhaps", "boolean"),
        ("PACE", "0", "greater than 0"),
        ("PACE", "nan", ""),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(name, value, said):
    text = complaint(**{name: value})
    assert text.startswith(f"CHARGEBOT_{name}: ")
    assert said in text
    assert "\n" not in text
    assert "pydantic" not in text


def test_a_secret_that_cannot_be_used_is_not_repeated():
    assert "hunter2" not in complaint(SECRET_KEYS="hunter2")


def test_a_webhook_needs_to_know_where_it_is_reached():
    assert "CHARGEBOT_PUBLIC_URL" in complaint(TELEGRAM_MODE="webhook")


def test_what_is_set_to_nothing_is_not_set_and_blanks_around_do_not_count():
    settings = load(SUPPORT_CHAT_ID="", PACE=" ", TELEGRAM_TOKEN=f" {TOKEN}\n", HOTLINE="")
    assert settings.support_chat_id is None
    assert settings.pace == 1
    assert settings.telegram_token.get_secret_value() == TOKEN


def test_variables_of_others_are_left_alone():
    Settings.load({"PATH": "/bin", "CHARGEBOT_CRASH_POINT": "start_sent", "CHARGEBOTX": "1"})


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content", "read"),
    [
        ("TELEGRAM_TOKEN", f"{TOKEN}\n", lambda s: s.telegram_token.get_secret_value() == TOKEN),
        ("SECRET_KEYS", f"{KEY},{OLDER}\n", lambda s: [k.get_secret_value() for k in s.secret_keys] == [KEY, OLDER]),
        ("DATABASE_URL", "sqlite:///x.db\n", lambda s: s.database_url == "sqlite:///x.db"),
    ],
)
def test_a_secret_may_be_in_a_file(tmp_path, name, content, read):
    path = tmp_path / "secret"
    path.write_text(content)
    assert read(load(**{f"{name}_FILE": str(path)}))
    assert read(load(**{f"{name}_FILE": str(path), name: "postgresql://other" if "URL" in name else KEY}))


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), lambda p: p.write_bytes(b"\xff\xfe\x00")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, make):
    path = tmp_path / "secret"
    make(path)
    text = complaint(TELEGRAM_TOKEN_FILE=str(path))
    assert text.startswith(f"CHARGEBOT_TELEGRAM_TOKEN_FILE: {path} cannot be read (")


def secretive():
    url = f"postgresql://bot:{PASSWORD}@db/charge"
    return load(
        TELEGRAM_TOKEN=TOKEN,
        SECRET_KEYS=f"{KEY},{OLDER}",
        DATABASE_URL=url,
        TELEGRAM_MODE="webhook",
        PUBLIC_URL="https://x.example",
    )


def test_no_secret_is_seen_when_settings_are_printed(caplog):
    settings = secretive()
    with caplog.at_level(logging.INFO):
        logging.getLogger(__name__).info("%s %r %s %r", settings, settings, settings.mode, settings.mode)
    for secret in (TOKEN, KEY, OLDER, PASSWORD, settings.mode.secret, settings.mode.path):
        assert secret not in caplog.text


def test_settings_do_not_change():
    with pytest.raises(ValueError, match="frozen"):
        load().pace = 0.5


def test_what_is_derived_from_a_key_differs_by_purpose_and_is_not_the_key():
    settings = secretive()
    assert settings.derived("a") != settings.derived("b")
    assert settings.all_derived("a")[0] == settings.derived("a")
    assert len({*settings.all_derived("a"), *settings.all_derived("b")}) == 4
    assert KEY not in settings.derived("a")
    assert len(settings.fernet_keys) == 2


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("listen", "address"),
    [("127.0.0.1:8080", ("127.0.0.1", 8080)), ("[::1]:0", ("::1", 0)), ("localhost:65535", ("localhost", 65535))],
)
def test_where_to_listen(listen, address):
    assert load(LISTEN=listen).address == address


def test_our_own_address_is_how_others_see_us_or_else_where_we_listen():
    assert load(PUBLIC_URL="https://x.example/base/").reachable_at == "https://x.example/base"
    assert load(LISTEN="127.0.0.1:9").reachable_at == "http://127.0.0.1:9"


def test_the_webhook_is_secret_twice_and_the_same_in_every_replica():
    mode = secretive().mode
    assert isinstance(mode, Webhook)
    assert mode == secretive().mode
    assert mode.url == f"https://x.example{mode.path}"
    assert len(mode.path) > 32
    assert mode.secret not in mode.url


@given(st.dictionaries(st.sampled_from(sorted(Settings.model_fields)), st.text(max_size=40)))
def test_no_environment_gives_anything_but_settings_or_one_sentence(values):
    try:
        settings = load(**{name.upper(): value for name, value in values.items()})
    except SettingsError:
        return
    assert settings.address
    assert isinstance(settings.mode, Polling | Webhook)


def test_a_relative_file_is_found_from_where_we_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("token").write_text(TOKEN)
    assert load(TELEGRAM_TOKEN_FILE="token").telegram_token.get_secret_value() == TOKEN
