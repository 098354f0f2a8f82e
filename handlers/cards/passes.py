"""What a driver sees of their passes: each with its state in words, and the next step."""

from collections.abc import Mapping
from typing import Final

from bot.domain.driver import Pass, PassStatus
from bot.domain.errors import Why
from bot.services.passes import Wallet
from handlers.cards.screen import Press, Row, Screen, Style, label, lines, look_again
from handlers.texts import Html, Words, msg

_STATES: Final[Mapping[PassStatus, str]] = {
    PassStatus.ORDERED: msg("🕓 On its way to you"),
    PassStatus.RECEIVED: msg("✉ Waiting to be activated"),
    PassStatus.ACTIVE: msg("✅ Active"),
    PassStatus.BLOCKED: msg("⛔ Blocked"),
    PassStatus.EXPIRED: msg("⌛ Expired"),
}


def wallet(words: Words, held: Wallet, hotline: str = "", note: Html | None = None) -> Screen:
    """All passes of a driver; `note` is what was done just now."""
    text = lines(
        *((note, "") if note else ()),
        words("💳 <b>Your passes</b>"),
        *(_line(words, pass_, held) for pass_ in held.passes),
        None if held.passes else words("You have none yet. A pass comes by post; link it with the code beside it."),
        _advice(words, held, hotline),
    )
    each = tuple((_named(words, pass_),) for pass_ in held.passes)
    link = Press(str(words("Link a pass")), "pass.link", ttl=None)
    return Screen(text, (*each, (link,), (look_again(words),)))


def _line(words: Words, pass_: Pass, held: Wallet) -> Html:
    state = words(_STATES[pass_.status])
    if pass_.number == held.used and len(held.passes) > 1:
        return words("{state}: <b>{number}</b>, used for your charges", state=state, number=pass_.number)
    return words("{state}: <b>{number}</b>", state=state, number=pass_.number)


def _advice(words: Words, held: Wallet, hotline: str) -> Html | None:
    if held.used is not None or not held.passes:
        return None
    if any(pass_.status in {PassStatus.ORDERED, PassStatus.RECEIVED} for pass_ in held.passes):
        return words("To activate a pass, link it once more when it is in your hands.")
    if hotline:
        return words("Questions about a pass: {hotline}", hotline=hotline)
    return None


def _named(words: Words, pass_: Pass) -> Press:
    return Press(label(words("Pass {number}", number=pass_.number)), "pass.show", pass_.number, ttl=None)


def one_pass(words: Words, pass_: Pass, held: Wallet, hotline: str = "") -> Screen:
    """One pass, and what can be done with it."""
    text = lines(
        words("💳 <b>Pass {number}</b>", number=pass_.number),
        words(_STATES[pass_.status]),
        words(_MEANING[pass_.status]),
        words("You reported it lost.") if pass_.lost else None,
        words("Questions about a pass: {hotline}", hotline=hotline)
        if hotline and pass_.status in {PassStatus.BLOCKED, PassStatus.EXPIRED}
        else None,
    )
    rows: list[Row] = []
    if pass_.status is PassStatus.ACTIVE and pass_.number != held.used:
        rows.append((Press(str(words("Use this one")), "pass.use", pass_.number, ttl=None),))
    if pass_.status is PassStatus.RECEIVED:
        rows.append((Press(str(words("Activate it")), "pass.link", ttl=None),))
    if pass_.status not in {PassStatus.BLOCKED, PassStatus.EXPIRED}:
        rows.append((Press(str(words("Report it lost")), "pass.lost", pass_.number, ttl=None),))
    return Screen(text, (*rows, (back(words),)))


_MEANING: Final[Mapping[PassStatus, str]] = {
    PassStatus.ORDERED: msg("It was ordered. You can activate it as soon as it is there."),
    PassStatus.RECEIVED: msg("It was delivered. Activate it with the code that came with it."),
    PassStatus.ACTIVE: msg("You can charge with it: here, and with the card at a reader."),
    PassStatus.BLOCKED: msg("Nothing can be started with it."),
    PassStatus.EXPIRED: msg("Nothing can be started with it any more."),
}


def back(words: Words) -> Press:
    return Press(str(words("Back")), "pass.list", ttl=None)


def ask_number(words: Words) -> Screen:
    return Screen(
        lines(
            words("💳 <b>Link a pass</b>"),
            words("Which number is printed on it? Type it; spaces, dashes and capitals do not matter."),
        ),
        ((back(words),),),
    )


def ask_code(words: Words, number: str) -> Screen:
    return Screen(
        lines(
            words("💳 <b>Pass {number}</b>", number=number),
            words("Now the activation code: it is in the letter that the pass came with."),
        ),
        ((Press(str(words("Another number")), "pass.link", ttl=None), back(words)),),
    )


def not_linked(words: Words, sentence: Html) -> Screen:
    """The same sentence whatever it was that did not fit."""
    return Screen(sentence, ((Press(str(words("Try again")), "pass.link", ttl=None), back(words)),))


def linked(words: Words, pass_: Pass) -> Html:
    if pass_.status is PassStatus.ORDERED:
        return words(
            "Pass {number} is linked. It is still on its way: activate it when it is there.", number=pass_.number
        )
    return words("Pass {number} is active. You can charge with it now.", number=pass_.number)


def confirm_lost(words: Words, pass_: Pass, *, charging: bool) -> Screen:
    text = lines(
        words("<b>Block pass {number}?</b>", number=pass_.number),
        words("It is blocked at once and for good: nobody can start with it, you neither."),
        words("Your running charge goes on, and you can stop it as always.") if charging else None,
    )
    yes = Press(str(words("Yes, block it")), "pass.block", pass_.number, once=True, style=Style.DANGER)
    return Screen(text, ((yes, Press(str(words("No, keep it")), "pass.show", pass_.number, ttl=None)),))


def blocked(words: Words, pass_: Pass) -> Html:
    return words("Pass {number} is blocked. The operators are being told.", number=pass_.number)


def next_step(words: Words, why: Why) -> Row | None:
    """The one button that leads on when a pass is what keeps a driver from charging; None for other reasons."""
    match why:
        case Why.NO_PASS:
            return (Press(str(words("Link a pass")), "pass.link", ttl=None),)
        case Why.PASS_NOT_ACTIVATED:
            return (Press(str(words("Activate my pass")), "pass.link", ttl=None),)
        case Why.BANNED:
            return (Press(str(words("Help")), "help.show", ttl=None),)
        case Why.LEAVING:
            return (Press(str(words("My data")), "data.show", ttl=None),)
        case Why.PASS_ORDERED | Why.PASS_BLOCKED | Why.PASS_EXPIRED:
            return (Press(str(words("My passes")), "pass.list", ttl=None),)
        case _:
            return None
