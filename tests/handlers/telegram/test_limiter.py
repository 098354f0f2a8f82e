import asyncio
from collections import Counter
from itertools import pairwise

import pytest

from bot.ports import Lane
from handlers.telegram.wire.limiter import Limiter, Rates, Schedule, Throttled, Ticket, writes

RATES = Rates()


def run(schedule, now, until):
    """Let time pass from alarm to alarm; who was granted, and when."""
    out = []
    while True:
        granted, again = schedule.grant(now)
        out += [(now, ticket) for ticket in granted]
        if again is None or again > until:
            return out
        now = max(again, now + 1e-9)


def ask(schedule, chat, lane=Lane.START, times=1):
    tickets = [Ticket(chat, lane) for _ in range(times)]
    for ticket in tickets:
        schedule.ask(ticket)
    return tickets


def test_a_chat_gets_a_small_burst_and_then_one_a_second():
    schedule = Schedule(RATES)
    ask(schedule, 7, times=10)
    times = [at for at, _ in run(schedule, 100.0, 200.0)]
    assert times[2] - times[0] < 0.2
    assert all(later - sooner >= 1.0 for sooner, later in pairwise(times[2:]))
    assert len(times) == 10


def test_a_group_never_gets_more_than_twenty_in_any_minute():
    schedule = Schedule(RATES)
    ask(schedule, -100, times=100)
    times = [at for at, _ in run(schedule, 0.0, 1e4)]
    assert len(times) == 100
    assert all(sum(1 for at in times if start <= at < start + 60) <= 20 for start in times)


def test_all_chats_together_never_get_more_than_thirty_in_any_second():
    schedule = Schedule(RATES)
    for chat in range(1, 301):
        ask(schedule, chat)
    times = [at for at, _ in run(schedule, 0.0, 1e4)]
    assert all(sum(1 for at in times if start <= at < start + 1) <= 30 for start in times)
    assert times[-1] < 300 / RATES.overall + 1  # and the budget is used


def test_stops_go_before_starts_before_receipts_before_progress():
    schedule = Schedule(RATES)
    for chat, lane in enumerate(reversed(Lane), start=1):
        ask(schedule, chat, lane)
        ask(schedule, chat + 10, lane)
    lanes = [ticket.lane for _, ticket in run(schedule, 0.0, 10.0)]
    assert lanes == sorted(lanes)


def test_a_tap_does_not_wait_behind_a_thousand_progress_edits():
    schedule = Schedule(RATES)
    for chat in range(1, 1001):
        ask(schedule, chat, Lane.PROGRESS)
    before = run(schedule, 0.0, 5.0)
    ask(schedule, 5000, Lane.START)
    at, ticket = run(schedule, before[-1][0], 10.0)[0]
    assert ticket.chat == 5000
    assert at - before[-1][0] < 0.05


def test_progress_is_shared_out_the_longest_waiting_first():
    schedule = Schedule(RATES)
    for _ in range(3):
        for chat in range(1, 101):
            ask(schedule, chat, Lane.PROGRESS)
    chats = [ticket.chat for _, ticket in run(schedule, 0.0, 60.0)]
    assert chats[:100] == list(range(1, 101))
    assert set(Counter(chats).values()) == {3}


def test_a_refusal_holds_its_own_chat_and_no_other():
    schedule = Schedule(RATES)
    schedule.refused(7, 35.0, 100.0)
    ask(schedule, 7)
    ask(schedule, 8)
    granted = run(schedule, 100.0, 200.0)
    assert [(ticket.chat, round(at)) for at, ticket in granted] == [(8, 100), (7, 135)]
    assert schedule.overall(100.0) == RATES.overall


def test_refusals_in_several_chats_slow_all_down_until_it_is_quiet():
    schedule = Schedule(RATES)
    for chat in range(1, 20):
        schedule.refused(chat, 1.0, 100.0 + chat)
    slow = schedule.overall(119.0)
    assert RATES.lowest <= slow < 2
    assert schedule.overall(119.0 + 60) == pytest.approx(slow + 6)
    assert schedule.overall(119.0 + 3600) == RATES.overall


def test_many_chats_are_not_remembered_for_ever():
    schedule = Schedule(Rates(overall=1e9))
    for chat in range(1, 30_001):
        ask(schedule, chat)
        run(schedule, chat * 1.0, chat * 1.0)
    assert len(schedule._due) <= 10_001


async def test_who_has_no_patience_hears_it_and_takes_no_turn():
    limiter = Limiter(Rates(chat=0.05, burst=1))
    await limiter.turn(7, Lane.START)
    with pytest.raises(Throttled):
        await limiter.turn(7, Lane.START, patience=0.001)
    async with asyncio.timeout(1):
        await limiter.turn(7, Lane.START)
    await limiter.shutdown()


def test_only_writing_into_chats_counts():
    counted = ["sendMessage", "sendPhoto", "editMessageText", "copyMessage", "forwardMessage"]
    free = ["answerCallbackQuery", "sendChatAction", "pinChatMessage", "getMe", "deleteMessage"]
    assert [writes(method) for method in counted + free] == [True] * 5 + [False] * 5
