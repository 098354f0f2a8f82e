"""The client API: how other programs are the people of this pretend Telegram. Plain JSON over HTTP.

Everything is under /sandbox. `?bot=ID` picks one of several bots (default: the first). In a group a body
says who acts with "from": USER_ID. An impossible request is answered {"error": "one sentence"}.

    GET  /                              bots, people, seq
    POST /people                        {first_name, id?, last_name?, username?, language_code?, phone_number?} -> user
    POST /people/ID/deactivate          the account is gone
    POST /groups                        {title, kind: "supergroup"|"group", members: [ID]} -> chat
    POST /chats/ID/membership           {status: "member"|"administrator"|"left"|"kicked", migrated_to?} of the bot
    GET  /chats/ID?since=N              the chat as its person sees it (a group: ?viewer=ID), of its messages only
                                        those changed after seq N; "deleted" has the ids of those gone since then
    POST /chats/ID/start                {payload?}: press Start or open t.me/bot?start=payload -> message
    POST /chats/ID/text                 {text, reply_to?} -> message
    POST /chats/ID/tap                  {text, latitude?, longitude?}: a button of the reply keyboard -> message
    POST /chats/ID/location             {latitude, longitude, horizontal_accuracy?, live_period?} -> message
    POST /chats/ID/contact              {phone_number?, first_name?, ...}, own contact when empty -> message
    POST /chats/ID/photo|document|voice {data: base64, name?, caption?, mime_type?, duration?} or a multipart
                                        form with a file "file" and the rest as fields -> message
    POST /chats/ID/edit                 {message_id, text}: one's own message -> message
    POST /chats/ID/press                {message_id, text | data | row, column}: an inline button ->
                                        {seq, action, value, callback_id?}; the id only for callback buttons
    POST /chats/ID/block|unblock|delete
    GET  /callbacks/ID?wait=S           {id, answered, expired, text, show_alert, url}
    GET  /changes?since=N&wait=S        {seq, changes: [{seq, kind, bot_id, chat_id, ...}]}, oldest first;
                                        &chat=ID for one chat. Kinds: message edit delete pin unpin (message_id,
                                        from_id), action (action), press (callback_id, data), answer (callback_id,
                                        text, show_alert, url), block (blocked), chat_deleted
    GET  /calls?since=N&wait=S          {seq, calls: [{seq, at, bot_id, method, args, status, answer, seconds}]};
                                        polls that brought nothing are left out
    GET  /faults  POST /faults  DELETE /faults      {kind, times?, method?, chat_id?, seconds?}, see faults.py
    GET  /limits  PUT  /limits          {chat_rate, chat_burst, group_per_minute, overall_rate, slow_uploads}; {} = none
    GET  /files/FILE_ID                 the bytes of a photo, document or voice

A message: id seq chat_id date kind (text photo document voice location venue contact pinned_message)
from {id name is_bot}, own, text (or caption), entities, html, buttons [[{text action value style?}]], edited,
edit_date, pinned, silent, buzz (a new message of the bot that notifies), protected, reply_to, and by kind photo
document voice location venue contact pinned_message_id. A chat: its Bot API fields, bot, me, started, blocked,
keyboard {rows one_time placeholder} or null, commands, pinned [ids], action or null, seq, messages, deleted.
"""

import asyncio
import base64
import binascii
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from aiohttp import web

from sandbox.telegram.faults import API_FAULTS, WEBHOOK_FAULTS, Fault
from sandbox.telegram.files import Upload
from sandbox.telegram.limits import Limits
from sandbox.telegram.model import Chat, User
from sandbox.telegram.people_acts import Actor, Impossible
from sandbox.telegram.views import chat_view, find_button, message_view
from sandbox.telegram.world import Bot, World

MAX_WAIT: Final = 60.0
_STATUSES: Final = ("member", "administrator", "left", "kicked")

Deed = Callable[[Actor, dict[str, Any]], Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ClientApi:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_routes(self, app: web.Application) -> None:
        route = app.router.add_route
        route("GET", "/sandbox", _answered(self._overview))
        route("POST", "/sandbox/people", _answered(self._add_person))
        route("POST", r"/sandbox/people/{id:\d+}/deactivate", _answered(self._deactivate))
        route("POST", "/sandbox/groups", _answered(self._add_group))
        route("POST", r"/sandbox/chats/{id:-?\d+}/membership", _answered(self._membership))
        route("GET", r"/sandbox/chats/{id:-?\d+}", _answered(self._chat))
        for name, deed in _DEEDS.items():
            route("POST", rf"/sandbox/chats/{{id:-?\d+}}/{name}", _answered(self._acting(deed)))
        route("GET", r"/sandbox/callbacks/{id}", _answered(self._callback))
        route("GET", "/sandbox/changes", _answered(self._changes))
        route("GET", "/sandbox/calls", _answered(self._calls))
        route("GET", "/sandbox/faults", _answered(self._faults))
        route("POST", "/sandbox/faults", _answered(self._add_fault))
        route("DELETE", "/sandbox/faults", _answered(self._clear_faults))
        route("GET", "/sandbox/limits", _answered(self._limits))
        route("PUT", "/sandbox/limits", _answered(self._set_limits))
        route("GET", "/sandbox/files/{id}", self._file)
        route("*", "/sandbox/{path:.*}", _answered(_nothing_here))

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
        body = await _body(request)
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
        body = await _body(request)
        members = [self._user(int(member)) for member in body.get("members", [])]
        kind = body.get("kind", "supergroup")
        if kind not in ("group", "supergroup") or not members:
            raise Impossible("A group needs members, and its kind is group or supergroup.")
        return self._world.add_group(self._bot(request), kind, str(body.get("title", "Group")), members).json()

    async def _membership(self, request: web.Request) -> Any:
        _, chat = self._chat_of(request)
        body = await _body(request)
        status = body.get("status", chat.bot_status)
        if status not in _STATUSES:
            raise Impossible(f"A bot's status is one of {', '.join(_STATUSES)}.")
        chat.bot_status = status
        chat.migrated_to = int(body.get("migrated_to", chat.migrated_to))
        return {"status": status, "migrated_to": chat.migrated_to}

    async def _chat(self, request: web.Request) -> Any:
        bot, chat = self._chat_of(request)
        viewer = int(request.query.get("viewer", 0)) or next(iter(chat.members))
        return chat_view(self._world, bot, chat, self._user(viewer), int(request.query.get("since", 0)))

    def _acting(self, deed: Deed) -> Callable[[web.Request], Awaitable[Any]]:
        async def act(request: web.Request) -> Any:
            bot, chat = self._chat_of(request)
            body = await _body(request)
            user = self._user(int(body.get("from", next(iter(chat.members)))))
            answer = deed(Actor(self._world, bot, chat, user), body)
            return {"seq": self._world.changes.seq, **answer}

        return act

    async def _callback(self, request: web.Request) -> Any:
        press = self._bot(request).presses.get(request.match_info["id"])
        if press is None:
            raise Impossible("There is no such callback.")
        feed, deadline = self._world.changes, _Deadline(_wait(request))
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
        feed, deadline = self._world.changes, _Deadline(_wait(request))
        while True:
            seen = feed.seq
            changes = [change for change in feed.since(since) if chat_id in (None, str(change["chat_id"]))]
            if changes or (left := deadline.left()) <= 0:
                return {"seq": seen, "changes": changes}
            await feed.wait(seen, left)

    async def _calls(self, request: web.Request) -> Any:
        since = int(request.query.get("since", 0))
        await self._world.calls.wait(since, _wait(request))
        return {"seq": self._world.calls.seq, "calls": self._world.calls.since(since)}

    async def _faults(self, _request: web.Request) -> Any:
        return [dataclasses.asdict(fault) for fault in self._world.faults.planned]

    async def _add_fault(self, request: web.Request) -> Any:
        body = await _body(request)
        names = {field.name for field in dataclasses.fields(Fault)}
        if body.get("kind") not in (*API_FAULTS, *WEBHOOK_FAULTS) or not set(body) <= names:
            raise Impossible(f"A fault has a kind, one of {', '.join((*API_FAULTS, *WEBHOOK_FAULTS))}.")
        fault = Fault(**body)
        self._world.faults.add(fault)
        return dataclasses.asdict(fault)

    async def _clear_faults(self, _request: web.Request) -> Any:
        self._world.faults.clear()
        return []

    async def _limits(self, request: web.Request) -> Any:
        return dataclasses.asdict(self._bot(request).limiter.limits)

    async def _set_limits(self, request: web.Request) -> Any:
        body = await _body(request)
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
        return _json({"error": "There is no such file."}, 404)


_PERSON_FIELDS: Final = ("first_name", "last_name", "username", "language_code", "phone_number")


def _shown(act: Callable[[Actor, dict[str, Any]], Any]) -> Deed:
    """A deed that results in a message, which is shown to the one who did it."""
    return lambda actor, body: message_view(act(actor, body), actor.user)


def _tap(actor: Actor, body: dict[str, Any]) -> Any:
    keyboard = actor.chat.reply_keyboard
    buttons = [button for row in keyboard.rows for button in row] if keyboard else []
    button = next((button for button in buttons if button["text"] == body.get("text")), None)
    if button is None:
        raise Impossible(f"The keyboard has no button {body.get('text')!r}.")
    if keyboard is not None and keyboard.one_time:
        actor.chat.reply_keyboard = None
    if "request_location" in button:
        return actor.share_location(_location(body))
    if "request_contact" in button:
        return actor.share_contact({})
    return actor.write(button["text"])


def _location(body: dict[str, Any]) -> dict[str, Any]:
    names = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading")
    if not all(isinstance(body.get(name), int | float) for name in names[:2]):
        raise Impossible("A location needs a latitude and a longitude.")
    return {name: body[name] for name in names if name in body}


def _contact(actor: Actor, body: dict[str, Any]) -> Any:
    return actor.share_contact({name: value for name, value in body.items() if name != "from"})


def _file_deed(kind: str) -> Deed:
    def send(actor: Actor, body: dict[str, Any]) -> Any:
        upload = body.get("file")
        if not isinstance(upload, Upload):
            try:
                data = base64.b64decode(body.get("data", ""), validate=True)
            except (binascii.Error, TypeError) as error:
                raise Impossible("A file's data is base64.") from error
            upload = Upload(str(body.get("name", kind)), str(body.get("mime_type", "")), data)
        if not upload.data:
            raise Impossible("An empty file cannot be sent.")
        return actor.send_file(kind, upload, str(body.get("caption", "")), int(body.get("duration", 0)))

    return _shown(send)


def _press(actor: Actor, body: dict[str, Any]) -> Any:
    message = actor.chat.messages.get(int(body.get("message_id", 0)))
    button = find_button(message, body) if message is not None else None
    if message is None or button is None:
        raise Impossible("This message has no such button.")
    if "callback_data" in button:
        press = actor.press(message.id, button)
        return {"action": "callback_data", "value": press.data, "callback_id": press.id}
    action = next(name for name in button if name not in ("text", "style", "icon_custom_emoji_id"))
    return {"action": action, "value": button[action]}


def _done(act: Callable[[Actor], None]) -> Deed:
    def deed(actor: Actor, _body: dict[str, Any]) -> Any:
        act(actor)
        return {"done": True}

    return deed


_DEEDS: Final[dict[str, Deed]] = {
    "start": _shown(lambda actor, body: actor.start(str(body.get("payload", "")))),
    "text": _shown(lambda actor, body: actor.write(str(body.get("text", "")), int(body.get("reply_to") or 0))),
    "tap": _shown(_tap),
    "location": _shown(lambda actor, body: actor.share_location(_location(body))),
    "contact": _shown(_contact),
    "photo": _file_deed("photo"),
    "document": _file_deed("document"),
    "voice": _file_deed("voice"),
    "edit": _shown(lambda actor, body: actor.edit(int(body.get("message_id", 0)), str(body.get("text", "")))),
    "press": _press,
    "block": _done(lambda actor: actor.block(blocked=True)),
    "unblock": _done(lambda actor: actor.block(blocked=False)),
    "delete": _done(lambda actor: actor.delete_chat()),
}


class _Deadline:
    """What is left of a wait; the people's patience runs by the wall, not by the world's clock."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + seconds

    def left(self) -> float:
        return self._end - self._loop.time()


def _wait(request: web.Request) -> float:
    return min(MAX_WAIT, max(0.0, float(request.query.get("wait", 0))))


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "multipart/form-data":
        form = await request.post()
        return {
            name: Upload(value.filename, value.content_type, value.file.read())
            if isinstance(value, web.FileField)
            else value
            for name, value in form.items()
        }
    source = await request.read()
    try:
        body = orjson.loads(source or b"{}")
    except orjson.JSONDecodeError as error:
        raise Impossible("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Impossible("The body is not a JSON object.")
    return body


async def _nothing_here(request: web.Request) -> Any:
    raise Impossible(f"There is no {request.method} {request.path}; see the table in client_api.py.")


def _answered(handle: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return _json(await handle(request))
        except Impossible as error:
            return _json({"error": str(error)}, 409)
        except (TypeError, ValueError) as error:
            return _json({"error": f"The request has a value of a wrong kind: {error}."}, 400)

    return answer


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
