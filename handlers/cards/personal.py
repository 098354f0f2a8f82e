"""A driver's data: to take along, and to be forgotten."""

from bot.domain.driver import Driver
from handlers.cards.screen import Press, Screen, Style, lines
from handlers.texts import Html, Words


def my_data(words: Words, driver: Driver) -> Screen:
    text = lines(
        words("🗂 <b>Your data</b>"),
        words("We keep what your charges need: who you are here, your passes, cars, charges and bills."),
        words("Where you stood when you shared your location is forgotten after minutes."),
        _leaving(words) if driver.leaving_at else None,
    )
    export = Press(str(words("Send me all of it")), "data.export", ttl=None)
    if driver.leaving_at:
        last = Press(str(words("Keep my account")), "data.stay", ttl=None)
    else:
        last = Press(str(words("Delete account")), "data.leave", ttl=None)
    return Screen(text, ((export,), (last,), (_back(words),)))


def _back(words: Words) -> Press:
    return Press(str(words("Back")), "set.show", ttl=None)


def _leaving(words: Words) -> Html:
    return words("Your account is deleted as soon as your charge has ended and its bill is here.")


def first_question(words: Words) -> Screen:
    text = lines(
        words("<b>Delete your account?</b>"),
        words("Your name, passes, cars, settings and everything you told us are erased. Your passes are blocked."),
        words("Bills are kept for ten years, as the law wants it, but without your name."),
    )
    yes = Press(str(words("Yes, delete it")), "data.leave_sure", style=Style.DANGER)
    return Screen(text, ((yes, Press(str(words("No, keep it")), "data.show", ttl=None)),))


def second_question(words: Words) -> Screen:
    text = lines(
        words("<b>Really delete it?</b> This cannot be undone."),
        words("You may want to have all your data sent to you first."),
    )
    yes = Press(str(words("Delete for good")), "data.leave_yes", once=True, style=Style.DANGER)
    export = Press(str(words("Send me all of it")), "data.export", ttl=None)
    return Screen(text, ((yes,), (export,), (Press(str(words("No, keep it")), "data.show", ttl=None),)))


def gone(words: Words) -> Screen:
    return Screen(words("Your account is deleted. Send /start if you ever want to charge with us again."))


def leaving(words: Words) -> Screen:
    keep = Press(str(words("Keep my account")), "data.stay", ttl=None)
    text = lines(_leaving(words), words("You can watch and stop your charge until then. Nothing new can be started."))
    return Screen(text, ((keep,), (_back(words),)))


def exported(words: Words) -> Html:
    return words("All that we store about you, as JSON.")


def not_sent(words: Words) -> Screen:
    return Screen(words("Your data could not be sent just now. Please try again in a few minutes."), ((_back(words),),))
