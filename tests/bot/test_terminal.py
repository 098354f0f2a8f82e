"""What is on the way moves a bar where somebody watches, and is left out where nobody does."""

import sys

from bot.terminal import ON_THE_WAY, Lines


def test_a_pipe_gets_results_and_nothing_on_the_way(capsys):
    with Lines() as shown:
        shown.say(f"{ON_THE_WAY}10 stations read")
        shown.say("12 stations read.")
    assert capsys.readouterr().out == "12 stations read.\n"


def test_a_terminal_sees_a_bar_that_goes_away(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with Lines() as shown:
        shown.say(f"{ON_THE_WAY}10 stations read")
        assert shown._bar is not None
        shown.say(f"{ON_THE_WAY}20 stations read")
        assert shown._bar.tasks[0].description == "20 stations read"
        shown.say("30 stations read.")
        assert shown._bar is None
        shown.say(f"{ON_THE_WAY}again")
    assert shown._bar is None
    assert "30 stations read." in capsys.readouterr().out
