import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identifier import LONGEST
from bot.domain.patterns import fits, trouble_in


@pytest.mark.parametrize("pattern", [r"\d{4}-\d", r"NL\*[A-Z]{3}\*E\d+\*\d", "A|B|C", r"(?:P|Q)\d{1,8}", r"^\w+$", ""])
def test_what_an_identifier_needs_is_taken(pattern):
    assert trouble_in(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a|aa)*", r"(\d*)*x", r"(a)\1", "(?=a)a", "[", "(", "a*b*c*", "a?" * 5, "x" * 300],
)
def test_what_could_run_for_ever_or_is_not_needed_is_refused(pattern):
    assert trouble_in(pattern)


@given(st.from_regex(r"[ab*+?{}()|,0-9\[\]-]{1,14}", fullmatch=True))
def test_whatever_is_taken_is_quick_on_the_longest_text(pattern):
    if trouble_in(pattern) is None:
        begin = time.perf_counter()
        for text in ("a" * LONGEST, "ab" * (LONGEST // 2), "a" * (LONGEST - 1) + "!"):
            fits(pattern, text)
        assert time.perf_counter() - begin < 0.5


def test_case_does_not_matter_and_too_long_a_text_never_fits():
    assert fits(r"[A-Z]\d", "a1")
    assert not fits(r"\d+", "1" * (LONGEST + 1))
