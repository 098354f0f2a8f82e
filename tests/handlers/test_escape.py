from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from handlers.escape import ELLIPSIS, clean, cut, esc, plain, utf16_length


def test_foreign_words_cannot_format_reverse_or_hide():
    assert (
        esc('<a href="x">Bob & Co</a>\u202egnp\u200b\x07\ud800')
        == "&lt;a href=&quot;x&quot;&gt;Bob &amp; Co&lt;/a&gt;gnp"
    )


def test_newlines_and_ordinary_letters_of_any_script_stay():
    text = "Zürich\n\t한국어 充电 😀 \u05e9\u05dc\u05d5\u05dd"
    assert clean(text) == text


def test_a_cut_counts_as_telegram_does():
    assert cut("😀😀😀", 6) == "😀😀😀"
    assert cut("😀😀😀", 5) == "😀😀" + ELLIPSIS
    assert esc("abcdef", 4) == "abc" + ELLIPSIS


def test_plain_is_what_a_reader_would_have_seen():
    assert plain("<b>3 kWh</b> &lt; 5 <i>kWh</i>") == "3 kWh < 5 kWh"
    assert plain("2 < 3 and 5 > 4") == "2 < 3 and 5 > 4"
    assert utf16_length(plain("😀" * 5000)) <= 4096


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_whatever_is_escaped_fits_and_reads_the_same(text, limit):
    shown = unescape(esc(text, limit))
    assert utf16_length(shown) <= limit
    assert shown == clean(text) or shown.endswith(ELLIPSIS)
