"""The client API: how other programs are the people of this pretend Telegram. Plain JSON over HTTP.

Everything is under /sandbox. `?bot=ID` picks one of several bots (default: the first). In a group a body says
who acts with "from": USER_ID (default: the first member); whatever sends a message also takes "topic": ID and
"reply_to": MESSAGE_ID. An impossible request is answered {"error": "one sentence"}.

    GET  /                              bots, people, seq
    POST /people                        {first_name, id?, last_name?, username?, language_code?, phone_number?} -> user
    POST /people/ID/deactivate          the account is gone
    POST /groups                        {title, kind: "supergroup"|"group", forum?: bool, members: [MEMBER],
                                        bot?: STANDING} -> chat. A MEMBER is an ID or {id, ...STANDING}; a STANDING is
                                        {status?: creator administrator member restricted left kicked, rights?: [NAME],
                                        title?}. The bot starts as a member, in a forum as an administrator
    GET  /chats/ID?since=N              the chat as its person sees it (a group: ?viewer=ID; &topic=ID for a topic), of
                                        its messages only those changed after seq N; "deleted" has those gone since
    POST /chats/ID/start                {payload?}: press Start or open t.me/bot?start=payload -> message
    POST /chats/ID/text                 {text} -> message
    POST /chats/ID/tap                  {text, latitude?, longitude?}: a button of the reply keyboard -> message
    POST /chats/ID/web_app              {text, data}: what the Mini App behind this keyboard button sends -> message
    POST /chats/ID/location             {latitude, longitude, horizontal_accuracy?, live_period?} -> message
    POST /chats/ID/contact              {phone_number?, first_name?, ...}, own contact when empty -> message
    POST /chats/ID/photo|document|voice {data: base64, name?, caption?, mime_type?, duration?, album?} or a multipart
                                        form with a file "file" and the rest as fields -> message
    POST /chats/ID/edit                 {message_id, text}: one's own message -> message
    POST /chats/ID/react                {message_id, emoji}: "" takes it back -> message
    POST /chats/ID/press                {message_id, text | data | row, column}: an inline button ->
                                        {seq, action, value, callback_id?}; the id only for callback buttons
    POST /chats/ID/inline               {query, offset?, latitude?, longitude?}: type "@bot query" -> inline query
    POST /chats/ID/choose               {query_id, result_id}: send a result into the chat -> message
    GET  /inline/QUERY_ID?wait=S        {query_id, answered, expired, remembered, results, next_offset, button}; each
                                        result {id, type, title?, description?, url?, thumbnail_url?, ...}
    POST /chats/ID/topics               {name, icon_color?} -> topic
    POST /chats/ID/topics/rename        {topic, name} -> topic; likewise topics/close, reopen and delete {topic}
    POST /chats/ID/membership           {user?: ID, status?, rights?: [NAME], give?: [NAME], take?: [NAME], title?} of a
                                        person, without "user" of the bot; {migrated_to} only marks the group upgraded
    POST /chats/ID/migrate              the group becomes a supergroup -> the new chat
    POST /chats/ID/block|unblock|delete
    GET  /callbacks/ID?wait=S           {id, answered, expired, text, show_alert, url}
    GET  /changes?since=N&wait=S        {seq, changes: [{seq, kind, bot_id, chat_id, ...}]}, oldest first;
                                        &chat=ID for one chat. Kinds: message edit delete pin unpin reaction
                                        (message_id, from_id), action (action), press (callback_id, data), answer
                                        (callback_id, text, show_alert, url), inline_query inline_answer (query_id),
                                        block (blocked), chat_deleted
    GET  /calls?since=N&wait=S          {seq, calls: [{seq, at, bot_id, method, args, status, answer, seconds}]};
                                        polls that brought nothing are left out
    GET  /faults  POST /faults  DELETE /faults      {kind, times?, method?, chat_id?, seconds?}, see faults.py
    GET  /limits  PUT  /limits          {chat_rate, chat_burst, group_per_minute, overall_rate, slow_uploads}; {} = none
    GET  /settings  PUT  /settings      {inline, inline_feedback, privacy}: what the bot's owner told BotFather
    GET  /files/FILE_ID                 the bytes of a photo, document, voice, audio or video

A message: id seq chat_id date kind (text photo document voice audio video location venue contact, or a service
message by the Bot API's name of its field: pinned_message forum_topic_created new_chat_members ...), from {id name
is_bot}, own, text (or caption), entities, html, buttons [[{text action value style?}]], edited, edit_date, pinned,
silent, buzz (a new message of the bot that notifies), protected, reply_to, topic (1 is General, null where there are
none), forward_from, via_bot, album, reactions [{emoji count own}], and by kind photo document voice audio video
location venue contact pinned_message_id service. A chat: its Bot API fields, bot {name description short_description
menu_button ...}, me, started, blocked, keyboard {rows one_time placeholder} or null, commands, pinned [ids], action or
null, seq, messages, deleted; a group also members [{id name username is_bot status rights title}], migrated_to and,
null where there are none, topics [{id name icon_color icon_emoji closed hidden messages last_message_id seq can_write
can_manage}].
"""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from sandbox.telegram.client_deeds import DEEDS, Deed
from sandbox.telegram.client_http import Deadline, answered, json_response, nothing_here, read_body, wait_seconds
from sandbox.telegram.faults import API_FAULTS, WEBHOOK_FAULTS, Fault
from sandbox.telegram.limits import Limits
from sandbox.telegram.membership import Membership
from sandbox.telegram.model import Chat, User
from sandbox.telegram.people_acts import Actor, Impossible
from sandbox.telegram.people_in_groups import read_membership
from sandbox.telegram.people_inline import query_view
from sandbox.telegram.views import chat_view
from sandbox.telegram.world import Bot, World

_PERSON_FIELDS: Final = ("first_name", "last_name", "username", "language_code", "phone_number")


class ClientApi:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        route = app.router.add_route
        route("GET", "/sandbox", answered(self._overview))
        route("POST", "/sandbox/people", answered(self._add_person))
        route("POST", r"/sandbox/people/{id:\d+}/deactivate", answered(self._deactivate))
        route("POST", "/sandbox/groups", answered(self._add_group))
        route("GET", r"/sandbox/chats/{id:-?\d+}", answered(self._chat))
        for name, deed in DEEDS.items():
            route("POST", rf"/sandbox/chats/{{id:-?\d+}}/{name}", answered(self._acting(deed)))
        route("GET", r"/sandbox/callbacks/{id}", answered(self._callback))
        route("GET", r"/sandbox/inline/{id}", answered(self._inline_query))
        route("GET", "/sandbox/changes", answered(self._changes))
        route("GET", "/sandbox/calls", answered(self._calls))
        route("GET", "/sandbox/faults", answered(self._faults))
        route("POST", "/sandbox/faults", answered(self._add_fault))
        route("DELETE", "/sandbox/faults", answered(self._clear_faults))
        route("GET", "/sandbox/settings", answered(self._settings))
        route("PUT", "/sandbox/settings", answered(self._set_settings))
        route("GET", "/sandbox/limits", answered(self._limits))
        route("PUT", "/sandbox/limits", answered(self._set_limits))
        route("GET", "/sandbox/files/{id}", self._file)
        route("*", "/sandbox/{path:.*}", answered(nothing_here))

    def _bot(self, request: web.Request) -> Bot:
        wanted = request.query.get("bot")
        for bot in self._world.bots.values():
            if wanted in (None, str(bot.id)):
                return bot
        raise Impossible(f"There is no bot {wanted}.")

    def _chat_of(self, request: web.Request) -> tuple[Bot, Chat]:
        bot = self._bot(request)
        chat_id = int(request.match_info["id"])
        chat = self._world.chat(bot, chat_id) or bot.chats.get(chat_id)
        if chat is None:
            raise Impossible(f"There is no chat {chat_id}.")
        return bot, chat

    def _user(self, user_id: int) -> User:
        if user_id not in self._world.users:
            raise Impossible(f"There is no person {user_id}.")
        return self._world.users[user_id]

    async def _overview(self, _request: web.Request) -> Any:
        return {
            "bots": [bot.user.json() for bot in self._world.bots.values()],
            "people": [user.json() for user in self._world.users.values()],
            "seq": self._world.changes.seq,
        }

    async def _add_person(self, request: web.Request) -> Any:
        body = await read_body(request)
        if not body.get("first_name"):
            raise Impossible("A person needs a first_name.")
        told = {name: str(body.get(name, "")) for name in _PERSON_FIELDS}
        user = User(int(body.get("id", 0)), told.pop("first_name"), told.pop("last_name"))
        user.username, user.language_code, user.phone_number = told.values()
        if user.id in self._world.users:
            raise Impossible(f"There already is a person {user.id}.")
        return self._world.add_user(user).json()

    async def _deactivate(self, request: web.Request) -> Any:
        user = self._user(int(request.match_info["id"]))
        user.deactivated = True
        return user.json()

    async def _add_group(self, request: web.Request) -> Any:
        body = await read_body(request)
        bot, kind, forum = self._bot(request), body.get("kind", "supergroup"), bool(body.get("forum"))
        told = [member if isinstance(member, dict) else {"id": member} for member in body.get("members", [])]
        members = {int(member["id"]): member for member in told if "id" in member}
        if kind not in ("group", "supergroup") or not members or (forum and kind == "group"):
            raise Impossible("A group needs members, its kind is group or supergroup, and only the latter has topics.")
        users = [self._user(user_id) for user_id in members]
        standings = {user_id: read_membership(member, Membership()) for user_id, member in members.items()}
        of_bot = read_membership(body.get("bot", {}), Membership.administrator() if forum else Membership())
        chat = self._world.add_group(bot, kind, str(body.get("title", "Group")), users, forum=forum)
        chat.memberships, chat.bot_membership = standings, of_bot
        return chat.json()

    async def _chat(self, request: web.Request) -> Any:
        bot, chat = self._chat_of(request)
        viewer = int(request.query.get("viewer", 0)) or _first_member(chat)
        topic = int(request.query["topic"]) if "topic" in request.query else None
        return chat_view(self._world, bot, chat, self._user(viewer), int(request.query.get("since", 0)), topic)

    def _acting(self, deed: Deed) -> Callable[[web.Request], Awaitable[Any]]:
        async def act(request: web.Request) -> Any:
            bot, chat = self._chat_of(request)
            body = await read_body(request)
            user = self._user(int(body.get("from", _first_member(chat))))
            if user.id not in chat.members:
                raise Impossible(f"{user.first_name} is not a member of this group.")
            topic, reply_to = int(body.get("topic") or 0), int(body.get("reply_to") or 0)
            answer = deed(Actor(self._world, bot, chat, user, topic, reply_to), body)
            return {"seq": self._world.changes.seq, **answer}

        return act

    async def _inline_query(self, request: web.Request) -> Any:
        query = self._bot(request).inline.queries.get(request.match_info["id"])
        if query is None:
            raise Impossible("There is no such inline query.")
        feed, deadline = self._world.changes, Deadline(wait_seconds(request))
        while query.answer is None and (left := deadline.left()) > 0:
            await feed.wait(feed.seq, left)
        return query_view(query, self._world.clock.time())

    async def _callback(self, request: web.Request) -> Any:
        press = self._bot(request).presses.get(request.match_info["id"])
        if press is None:
            raise Impossible("There is no such callback.")
        feed, deadline = self._world.changes, Deadline(wait_seconds(request))
        while press.answer is None and (left := deadline.left()) > 0:
            await feed.wait(feed.seq, left)
        expired = press.answer is None and press.expires_at <= self._world.clock.time()
        nothing = {"text": "", "show_alert": False, "url": ""}
        return {
            "id": press.id,
            "answered": press.answer is not None,
            "expired": expired,
            **(press.answer or nothing),
        }

    async def _changes(self, request: web.Request) -> Any:
        since, chat_id = int(request.query.get("since", 0)), request.query.get("chat")
        feed, deadline = self._world.changes, Deadline(wait_seconds(request))
        while True:
            seen = feed.seq
            changes = [change for change in feed.since(since) if chat_id in (None, str(change["chat_id"]))]
            if changes or (left := deadline.left()) <= 0:
                return {"seq": seen, "changes": changes}
            await feed.wait(seen, left)

    async def _calls(self, request: web.Request) -> Any:
        since = int(request.query.get("since", 0))
        await self._world.calls.wait(since, wait_seconds(request))
        return {"seq": self._world.calls.seq, "calls": self._world.calls.since(since)}

    async def _faults(self, _request: web.Request) -> Any:
        return [dataclasses.asdict(fault) for fault in self._world.faults.planned]

    async def _add_fault(self, request: web.Request) -> Any:
        body = await read_body(request)
        names = {field.name for field in dataclasses.fields(Fault)}
        if body.get("kind") not in (*API_FAULTS, *WEBHOOK_FAULTS) or not set(body) <= names:
            raise Impossible(f"A fault has a kind, one of {', '.join((*API_FAULTS, *WEBHOOK_FAULTS))}.")
        fault = Fault(**body)
        self._world.faults.add(fault)
        return dataclasses.asdict(fault)

    async def _clear_faults(self, _request: web.Request) -> Any:
        self._world.faults.clear()
        return []

    async def _settings(self, request: web.Request) -> Any:
        return _settings_of(self._bot(request))

    async def _set_settings(self, request: web.Request) -> Any:
        bot, body = self._bot(request), await read_body(request)
        if not all(name in _settings_of(bot) and isinstance(value, bool) for name, value in body.items()):
            raise Impossible(f"Settings are {', '.join(_settings_of(bot))}, each true or false.")
        bot.inline.enabled = body.get("inline", bot.inline.enabled)
        bot.inline.feedback = body.get("inline_feedback", bot.inline.feedback)
        bot.privacy = body.get("privacy", bot.privacy)
        return _settings_of(bot)

    async def _limits(self, request: web.Request) -> Any:
        return dataclasses.asdict(self._bot(request).limiter.limits)

    async def _set_limits(self, request: web.Request) -> Any:
        body = await read_body(request)
        names = {field.name for field in dataclasses.fields(Limits)}
        if not set(body) <= names:
            raise Impossible(f"Limits are {', '.join(sorted(names))}.")
        limits = Limits(**body) if body else Limits.off()
        self._bot(request).limiter.set(limits)
        return dataclasses.asdict(limits)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        for bot in self._world.bots.values():
            if (stored := bot.files.find(request.match_info["id"])) is not None:
                return web.Response(body=stored.data, content_type=stored.mime_type)
        return json_response({"error": "There is no such file."}, 404)


def _first_member(chat: Chat) -> int:
    if not chat.members:
        raise Impossible("Nobody is left in this group.")
    return next(iter(chat.members))


def _settings_of(bot: Bot) -> dict[str, bool]:
    """What the bot's owner decides in a talk with BotFather."""
    return {"inline": bot.inline.enabled, "inline_feedback": bot.inline.feedback, "privacy": bot.privacy}
