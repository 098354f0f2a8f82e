"""Formatting: tags to entities and back, offsets in UTF-16, what the server finds by itself."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.telegram.entities import FormattedText, plain, tidy, to_html, utf16_length
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.parse_html import parse_html
from sandbox.telegram.parse_markdown import parse_markdown
from sandbox.telegram.parse_markdown_v2 import parse_markdown_v2


def spans(formatted: FormattedText) -> list[tuple]:
    return [(entity["type"], entity["offset"], entity["length"]) for entity in formatted.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>x</b>", "x", [("bold", 0, 1)]),
        ("<STRONG>x</STRONG> <em>y</em>", "x y", [("bold", 0, 1), ("italic", 2, 1)]),
        ("<u>a<s>b</s></u>", "ab", [("underline", 0, 2), ("strikethrough", 1, 1)]),
        ("😀<b>é</b>", "😀é", [("bold", 2, 1)]),
        ("&lt;b&gt; &amp;&quot;&#33;&#x21; &nbsp; &", '<b> &"!! &nbsp; &', []),
        ('<a href="https://Example.com">x</a>', "x", [("text_link", 0, 1)]),
        ("<pre><code class='language-py'>x</code></pre>", "x", [("pre", 0, 1)]),
        ("<code class='language-py'>x</code>", "x", [("code", 0, 1)]),
        ("<span class='tg-spoiler'>x</span><tg-spoiler>y</tg-spoiler>", "xy", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<b>x</>", "x", [("bold", 0, 1)]),
        ("<i></i>x", "x", []),
    ],
)
def test_html_becomes_text_and_entities(source, text, entities):
    formatted = parse_html(source)
    assert (formatted.text, spans(formatted)) == (text, entities)


def test_a_block_of_code_knows_its_language_and_a_word_of_code_does_not():
    assert parse_html('<pre><code class="language-py">x</code></pre>').entities[0]["language"] == "py"
    assert "language" not in parse_html('<code class="language-py">x</code>').entities[0]


def test_links_are_kept_in_their_final_form_and_impossible_ones_dropped():
    formatted = tidy(
        parse_html('<a href="https://EXAMPLE.com">x</a> <a href="nonsense">y</a> <a href="tg://user?id=7">z</a>')
    )
    assert [entity.get("url") for entity in formatted.entities] == ["https://example.com/", None]
    assert formatted.entities[1]["user"] == {"id": 7}


def test_trimming_moves_the_entities_along():
    formatted = tidy(parse_html(" \n <b> x </b>\r\n<i> </i> "))
    assert (formatted.text, spans(formatted)) == ("x", [("bold", 0, 1)])


def test_code_takes_no_other_style():
    formatted = tidy(parse_html("<b>at <code>DE*1</code> now</b>"))
    assert spans(formatted) == [("bold", 0, 3), ("code", 3, 4), ("bold", 7, 4)]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*a* _b_ `c`", "a b c", [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1)]),
        ("[x](http://example.com) \\*", "x *", [("text_link", 0, 1)]),
        ("```py\nx```", "x", [("pre", 0, 1)]),
    ],
)
def test_legacy_markdown_becomes_text_and_entities(source, text, entities):
    formatted = parse_markdown(source)
    assert (formatted.text, spans(formatted)) == (text, entities)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start@sandbox_1001_bot now", [("bot_command", 0, 23)]),
        ("and/or a/b </p> x//y", []),
        ("see example.com/a(b), ok", [("url", 4, 16)]),
        ("mail me@example.com", [("email", 5, 14)]),
        ("1.5 kWh at DE*ABC*E1.2", []),
        ("#1 #tag @x @xy", [("hashtag", 3, 4), ("mention", 11, 3)]),
    ],
)
def test_what_the_server_finds_by_itself(text, found):
    assert spans(plain(text)) == found


def test_nothing_is_found_inside_code_or_links():
    formatted = tidy(parse_html('<code>/start</code> <a href="https://example.com">@alice</a> /stop'))
    assert [kind for kind, *_ in spans(formatted)] == ["code", "text_link", "bot_command"]


TAGS = st.sampled_from(["b", "i", "u", "s", "code", "tg-spoiler"])
WORDS = st.text(alphabet=st.sampled_from("aé😀<& \n"), min_size=1, max_size=6)
TREES = st.recursive(
    WORDS.map(lambda word: (html.escape(word), word)),
    lambda inner: st.tuples(TAGS, st.lists(inner, min_size=1, max_size=3)).map(
        lambda node: (
            f"<{node[0]}>{''.join(part[0] for part in node[1])}</{node[0]}>",
            "".join(part[1] for part in node[1]),
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_whatever_is_well_formed_survives_reading_writing_and_reading_again(tree):
    source, text = tree
    formatted = parse_html(source)
    assert formatted.text == text
    assert all(entity["offset"] + entity["length"] <= utf16_length(text) for entity in formatted.entities)
    assert parse_html(to_html(formatted)) == formatted


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/ab =\"'&;#x1é", max_size=30))
def test_no_text_breaks_the_parser(source):
    try:
        formatted = parse_html(source)
    except BadRequestError as error:
        reason = error.text
    else:
        reason = "Can't parse entities: " if parse_html(to_html(formatted)).text == formatted.text else "changed"
    assert reason.startswith("Can't parse entities: ")


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (
            "*a _b_ __c__* ~d~ `e`",
            "a b c d e",
            [("bold", 0, 5), ("italic", 2, 1), ("underline", 4, 1), ("strikethrough", 6, 1), ("code", 8, 1)],
        ),
        ("||a|| 😀*b*", "a 😀b", [("spoiler", 0, 1), ("bold", 4, 1)]),
        ("___a_ b__", "a b", [("underline", 0, 3), ("italic", 0, 1)]),
        (r"1\.5 kWh \(live\)\!", "1.5 kWh (live)!", []),
        ("`a.b\\``", "a.b`", [("code", 0, 4)]),
        ("```py\nx = 1```", "x = 1", [("pre", 0, 5)]),
        ("[x](http://example.com/a\\)b)", "x", [("text_link", 0, 1)]),
        ("![⚡](tg://emoji?id=5312016608254762256)", "⚡", [("custom_emoji", 0, 1)]),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", 0, 4)]),
        (">a\n>b||\nc", "a\nb\nc", [("expandable_blockquote", 0, 4)]),
        (">a||", "a", [("expandable_blockquote", 0, 1)]),
        ("**", "", []),
    ],
)
def test_markdown_v2_becomes_text_and_entities(source, text, entities):
    formatted = parse_markdown_v2(source)
    assert (formatted.text, spans(formatted)) == (text, entities)


def test_markdown_v2_knows_languages_and_links():
    assert parse_markdown_v2("```py\nx```").entities[0]["language"] == "py"
    assert parse_markdown_v2("[x](http://example.com/a\\)b)").entities[0]["url"] == "http://example.com/a)b"


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="*_~|`[]()>!\\\na é", max_size=30))
def test_no_text_breaks_the_markdown_parser(source):
    try:
        formatted = parse_markdown_v2(source)
    except BadRequestError as error:
        assert error.text.startswith("Can't parse entities: ")  # noqa: PT017  either this or what follows
    else:
        assert all(entity["offset"] + entity["length"] <= utf16_length(formatted.text) for entity in formatted.entities)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_escaped_markdown_is_just_text(text):
    escaped = "".join(f"\\{character}" if character in "_*[]()~`>#+-=|{}.!\\" else character for character in text)
    assert parse_markdown_v2(escaped) == FormattedText(text)
