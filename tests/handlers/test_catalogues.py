"""Every sentence in every language, with the same facts and the same markup, and buttons that fit a thumb."""

import shutil
import subprocess

import pytest
from babel.messages.pofile import read_po

from handlers.escape import utf16_length
from handlers.locales import ENGLISH, LANGUAGES, catalogue
from handlers.texts import Words
from sandbox.telegram.parse_html import parse_html
from tests.handlers.sentences import HANDLERS, fields, read_code, tags

FOREIGN = sorted(set(LANGUAGES) - {ENGLISH})
LONGEST_LABEL = 24
CODE = read_code()


def _path(language):
    return HANDLERS / "locales" / f"{language}.po"


def _messages(language):
    with _path(language).open("rb") as po:
        return [message for message in read_po(po, locale=language) if message.id]


def _said(message):
    """(English, translation) for every form."""
    if isinstance(message.id, tuple):
        one, more = message.id
        first, *others = message.string
        return [(one, first), *((more, other) for other in others)]
    return [(message.id, message.string)]


def test_every_sentence_can_be_found_by_what_fills_the_catalogues():
    assert CODE.lost == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_catalogue_has_the_sentences_of_the_code_and_no_others(language):
    theirs = {
        m.id[0] if isinstance(m.id, tuple) else m.id: m.id[1] if isinstance(m.id, tuple) else None
        for m in _messages(language)
    }
    assert theirs == CODE.sentences, "make words"


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_missing_fuzzy_or_left_over(language):
    messages = _messages(language)
    assert [english for message in messages for english, theirs in _said(message) if not theirs] == []
    assert [message.id for message in messages if message.fuzzy] == []
    assert "#~" not in _path(language).read_text()


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_the_facts_and_the_markup_of_its_sentence(language):
    for message in _messages(language):
        for english, theirs in _said(message):
            if theirs:
                assert set(fields(theirs)) == set(fields(english)), theirs
                assert tags(theirs) == tags(english), theirs
                assert parse_html(theirs)
                assert theirs.strip() == theirs
                assert theirs.count("\n") == english.count("\n")


@pytest.mark.parametrize("language", FOREIGN)
def test_the_formats_are_what_gettext_itself_accepts(language):
    msgfmt = shutil.which("msgfmt")
    if msgfmt is None:
        pytest.skip("There is no msgfmt on this machine: apt-get install gettext, and this test runs.")
    checked = subprocess.run(
        [msgfmt, "--check-format", "--check-domain", "--output-file=/dev/null", _path(language)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_button_is_too_long_for_a_narrow_screen(language):
    said = {label: Words(language)(label) for label in CODE.labels if not fields(label)}
    assert said
    assert {text for text in said.values() if utf16_length(text) > LONGEST_LABEL} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_symbols_have_words_beside_them(language):
    for sentence in CODE.sentences:
        said = catalogue(language).gettext(sentence)
        assert not any(c.isalpha() for c in sentence) or any(c.isalpha() for c in said), sentence


def test_a_language_we_do_not_speak_is_answered_in_english():
    assert Words("pl")("just now") == "just now"
    assert Words("de-AT")("just now") == Words("de")("just now") != "just now"
