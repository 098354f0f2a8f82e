"""The one list of everything a driver can do, in the order in which it is tried."""

from typing import Any

from telegram.ext import (
    BaseHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from handlers.telegram.agents import actions, topic
from handlers.telegram.buttons import ButtonHandler
from handlers.telegram.conversation import Conversation, ConversationHandler
from handlers.telegram.driver import (
    alerts,
    back,
    charge,
    chart,
    connector,
    favourites,
    find,
    helping,
    history,
    learning,
    limits,
    link,
    live,
    neighbour,
    networks,
    passes,
    personal,
    rating,
    scan,
    settings,
    sieve,
    start,
    support,
    venue,
)
from handlers.telegram.driver.anywhere import Anywhere, PressedElsewhere
from handlers.telegram.states import (
    ASKING_STOP,
    CAR_BATTERY,
    CAR_NAME,
    CAR_PLUG,
    COMMENTING_FAULT,
    COMMENTING_RATING,
    IDENTIFYING,
    LIMITING,
    LINKING_CODE,
    LINKING_NUMBER,
    LOOKING,
    PRICED,
    QUIET_HOURS,
    SEARCHING,
    TYPING,
)
from handlers.telegram.unhandled import UnhandledHandler

Handlers = list[BaseHandler[Any, Any, Any]]


def all_handlers() -> Handlers:
    elsewhere = Anywhere()
    return [
        # An edit is never an answer: on both sides of a talk it is mirrored, elsewhere it changes nothing.
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, support.edited),
        # What agents say and do, in the topics of their group.
        MessageHandler(topic.InTopic(), topic.written),
        *_agents(),
        # Before all that reads messages, so that /start leaves every conversation.
        CommandHandler("start", start.start, filters.ChatType.PRIVATE, has_args=False),
        # The list of networks leaves every conversation as it is.
        CommandHandler("networks", networks.command, filters.ChatType.PRIVATE),
        ButtonHandler("networks.page", networks.page),
        ButtonHandler("networks.show", networks.show),
        ButtonHandler("networks.where", networks.where),
        ButtonHandler("networks.looked", networks.looked),
        # Help leaves every conversation as it is.
        CommandHandler("help", helping.show, filters.ChatType.PRIVATE),
        ButtonHandler("help.show", helping.show),
        ButtonHandler("help.where", helping.where),
        ButtonHandler("help.person", support.begin),
        CommandHandler("support", support.begin, filters.ChatType.PRIVATE),
        ButtonHandler("support.end", support.end),
        ButtonHandler("trouble.show", helping.trouble),
        ButtonHandler("trouble.start", helping.not_started),
        ButtonHandler("trouble.running", helping.started_but),
        ButtonHandler("trouble.stop", helping.not_stopping),
        ButtonHandler("trouble.stuck", helping.stuck),
        CommandHandler("passes", passes.command, filters.ChatType.PRIVATE),
        ButtonHandler("rating.give", rating.give),
        ButtonHandler("fault.ask", rating.ask_fault),
        ButtonHandler("fault.report", rating.report),
        CommandHandler("find", find.command, filters.ChatType.PRIVATE),
        CommandHandler("favourites", favourites.command, filters.ChatType.PRIVATE),
        MessageHandler(favourites.FavouritesKey() & filters.ChatType.PRIVATE, favourites.command),
        ButtonHandler("favourite.list", favourites.show),
        ButtonHandler("favourite.add", favourites.add),
        ButtonHandler("favourite.choose", favourites.choose),
        ButtonHandler("favourite.remove", favourites.remove),
        CommandHandler("alerts", alerts.command, filters.ChatType.PRIVATE),
        ButtonHandler("alert.list", alerts.show),
        ButtonHandler("alert.add", alerts.add),
        ButtonHandler("alert.remove", alerts.remove),
        ButtonHandler("filters.show", sieve.show),
        ButtonHandler("filters.turn", sieve.turn),
        ButtonHandler("station.venue", venue.send),
        # So does looking back.
        CommandHandler("history", history.show, filters.ChatType.PRIVATE),
        ButtonHandler("history.page", history.page),
        ButtonHandler("history.open", history.open_charge),
        ButtonHandler("history.bill", history.bill),
        ButtonHandler("history.paper", history.bill_paper),
        ButtonHandler("history.month", history.month),
        ButtonHandler("history.csv", history.as_table),
        ButtonHandler("history.pdf", history.as_paper),
        ButtonHandler("evidence.show", history.evidence),
        ButtonHandler("evidence.page", history.evidence_page),
        ButtonHandler("evidence.pdf", history.evidence_paper),
        ButtonHandler("data.show", personal.show),
        ButtonHandler("data.export", personal.export),
        ButtonHandler("data.leave", personal.ask),
        ButtonHandler("data.leave_sure", personal.ask_again),
        ButtonHandler("data.leave_yes", personal.leave),
        ButtonHandler("data.stay", personal.stay),
        CommandHandler("settings", settings.command, filters.ChatType.PRIVATE),
        ButtonHandler("charge.mark", settings.mark_charge),
        # A refresh leaves a conversation as it is.
        ButtonHandler("charge.refresh", live.refresh),
        # Nor does the driver's own word, or a limit of one tap.
        ButtonHandler("charge.says_charging", live.says_charging),
        ButtonHandler("charge.says_stopped", live.says_stopped),
        ButtonHandler("charge.unplugged", live.unplugged),
        ButtonHandler("charge.chart", chart.show),
        ButtonHandler("limits.show", limits.show),
        ButtonHandler("limits.turn", limits.turn),
        ButtonHandler("limits.set", limits.choose),
        ButtonHandler("limits.none", limits.none),
        ButtonHandler("neighbour.no", neighbour.no),
        # What drivers tell the next one.
        ButtonHandler("learn.answer", learning.answer),
        ButtonHandler("learn.skip", learning.skip),
        # Who talks to people is read by people: buttons and commands go on working.
        MessageHandler(support.InTalk(), support.heard),
        ConversationHandler(
            _stopping(), _commenting(), _limiting(), _searching(), _linking(), _settings(), _charging()
        ),
        ChatMemberHandler(back.let_in, ChatMemberHandler.MY_CHAT_MEMBER),
        # From other chats: public things, and nothing to start.
        InlineQueryHandler(elsewhere.typed),
        PressedElsewhere(elsewhere.refresh),
        # Last: whatever is left is answered here.
        UnhandledHandler(find.show_current),
    ]


def _agents() -> Handlers:
    """Buttons in the topics of support; each looks anew whether it may be pressed by whoever presses it."""
    deeds = {
        "claim": actions.claim,
        "refresh": actions.refresh,
        "stop": actions.ask_stop,
        "stop_yes": actions.stop,
        "unlock": actions.ask_unlock,
        "unlock_yes": actions.unlock,
        "guide": actions.guide,
        "note": actions.note,
        "escalate": actions.escalate,
        "close": actions.close,
        "reopen": actions.reopen,
    }
    return [ButtonHandler(f"agent.{name}", deed, anywhere=True, answer=False) for name, deed in deeds.items()]


def _stopping() -> Conversation:
    """Stop in two steps. The yes counts in any state: a stop is never lost because something was typed in between."""
    steps: Handlers = [
        ButtonHandler("charge.stop", live.ask_to_stop),
        ButtonHandler("stop.yes", live.stop),
        ButtonHandler("stop.no", live.keep_charging),
        ButtonHandler("charge.cancel", live.stop),
    ]
    return Conversation("stopping", steps, {ASKING_STOP: steps})


def _commenting() -> Conversation:
    """Words to a rating, or to a report of a fault."""
    steps: Handlers = [
        ButtonHandler("rating.comment", rating.ask_comment),
        ButtonHandler("fault.comment", rating.ask_description),
    ]
    text = filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE
    states = {
        COMMENTING_RATING: [MessageHandler(text, rating.comment), *steps],
        COMMENTING_FAULT: [MessageHandler(text, rating.describe), *steps],
    }
    return Conversation("commenting", steps, states)


def _limiting() -> Conversation:
    """A limit of the driver's own, typed."""
    steps: Handlers = [
        ButtonHandler("limits.type", limits.own_value),
        ButtonHandler("limits.back", limits.back),
    ]
    text = filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE
    return Conversation("limiting", steps, {LIMITING: [MessageHandler(text, limits.typed), *steps]})


def _linking() -> Conversation:
    """Passes, and the two questions that make one the driver's own."""
    steps: Handlers = [
        ButtonHandler("pass.list", passes.show_all),
        ButtonHandler("pass.show", passes.show_one),
        ButtonHandler("pass.use", passes.use),
        ButtonHandler("pass.link", passes.ask_number),
        ButtonHandler("pass.lost", passes.ask_lost),
        ButtonHandler("pass.block", passes.block),
    ]
    text = filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE
    number, code = MessageHandler(text, passes.number_typed), MessageHandler(text, passes.code_typed)
    return Conversation("linking", steps, {LINKING_NUMBER: [number, *steps], LINKING_CODE: [code, *steps]})


def _settings() -> Conversation:
    """What a driver wants of us; hours and cars are typed."""
    steps: Handlers = [
        ButtonHandler("set.show", settings.show),
        ButtonHandler("set.mark", settings.mark_new),
        ButtonHandler("set.language", settings.languages),
        ButtonHandler("set.speak", settings.speak),
        ButtonHandler("set.quiet", settings.quiet_hours),
        ButtonHandler("set.night", settings.night),
        ButtonHandler("set.loud", settings.loud),
        ButtonHandler("set.zone", settings.zone),
        ButtonHandler("set.cars", settings.cars),
        ButtonHandler("car.show", settings.show_car),
        ButtonHandler("car.first", settings.first_car),
        ButtonHandler("car.remove", settings.remove_car),
        ButtonHandler("car.add", settings.add_car),
        ButtonHandler("car.plug", settings.plug_chosen),
    ]
    text = filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE
    return Conversation(
        "settings",
        steps,
        {
            QUIET_HOURS: [MessageHandler(text, settings.hours_typed), *steps],
            CAR_NAME: [MessageHandler(text, settings.name_typed), *steps],
            CAR_PLUG: steps,
            CAR_BATTERY: [MessageHandler(text, settings.battery_typed), *steps],
        },
    )


def _searching() -> Conversation:
    """A network by its name or country, typed."""
    steps: Handlers = [ButtonHandler("networks.search", networks.search)]
    text = filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE
    return Conversation("searching", steps, {SEARCHING: [MessageHandler(text, networks.typed), *steps]})


def _charging() -> Conversation:
    """From the first question to the start."""
    steps: Handlers = [
        CommandHandler("start", link.opened, filters.ChatType.PRIVATE, has_args=True),
        MessageHandler((filters.PHOTO | filters.Document.IMAGE) & filters.ChatType.PRIVATE, scan.photo),
        MessageHandler(filters.LOCATION & filters.ChatType.PRIVATE, find.by_location),
        ButtonHandler("find.all", find.all_stations),
        ButtonHandler("find.startable", find.startable_stations),
        ButtonHandler("find.more", find.more),
        ButtonHandler("find.more_named", find.more_named),
        ButtonHandler("find.back", find.back_to_list),
        ButtonHandler("find.alternatives", find.alternatives),
        ButtonHandler("favourite.go", favourites.go),
        ButtonHandler("find.again", start.look_again),
        ButtonHandler("station.show", find.show_station),
        ButtonHandler("station.refresh", find.refresh_station),
        ButtonHandler("station.charge", connector.choose),
        ButtonHandler("connector.choose", connector.chosen),
        # These name their connector, so that they lead on from wherever the driver has been meanwhile.
        ButtonHandler("identify.yes", connector.confirmed),
        ButtonHandler("identify.no", connector.something_else),
        ButtonHandler("identify.where", connector.where),
        ButtonHandler("identify.again", connector.again),
        ButtonHandler("identify.found", connector.found),
        ButtonHandler("price.unknown", charge.unknown_price),
        ButtonHandler("charge.start", charge.start),
        ButtonHandler("neighbour.yes", neighbour.yes),
    ]
    text = filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE
    identifier = MessageHandler(text, find.by_identifier)
    return Conversation(
        "charging",
        entry_points=[*steps, identifier],
        states={
            LOOKING: steps,
            IDENTIFYING: steps,
            TYPING: [MessageHandler(text, connector.typed), *steps],
            PRICED: steps,
        },
    )
