"""The sentences for drivers as they stand in the code, read by a witness of its own: not by what fills the catalogues."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HANDLERS = Path(__file__).parents[2] / "handlers"
SAYING = {"words", "msg", "self"}
BUTTONS = {"Press", "Link", "KeyboardButton", "InlineKeyboardButton"}
FIELD = re.compile(r"\{[^{}]*\}")
TAG = re.compile(r"</?[a-z]+[^<>]*>")


@dataclass
class Found:
    """`sentences` are msgids with their plurals; `lost` are places whose sentence no catalogue can have."""

    sentences: dict[str, str | None] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)


def read_code() -> Found:
    found = Found()
    for path in sorted(HANDLERS.rglob("*.py")):
        tree = ast.parse(path.read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for call in calls:
            _read_call(found, call, f"{path.relative_to(HANDLERS.parent)}:{call.lineno}")
        if path.relative_to(HANDLERS).parts[0] in {"cards", "telegram"}:
            found.labels.update(_labels(tree, calls))
            found.lost += (f"{path.relative_to(HANDLERS.parent)}:{line}" for line in _unsaid(tree))
    return found


def _name(call: ast.Call) -> str:
    """What is called: words, words.many."""
    match call.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return f"{name}.{attribute}"
        case _:
            return ""


def _literal(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _read_call(found: Found, call: ast.Call, place: str) -> None:
    name, first = _name(call), call.args[0] if call.args else None
    if name in SAYING:
        if (text := _literal(first)) is not None:
            found.sentences.setdefault(text, None)
        elif not isinstance(first, ast.Name | ast.Subscript | ast.Attribute | ast.Call):
            found.lost.append(place)  # glued together, or chosen in the call
    elif name in {"words.many", "self.many"}:
        one, more = (_literal(node) for node in call.args[:2])
        if one is None or more is None:
            found.lost.append(place)
        else:
            found.sentences[one] = more
    elif not name and isinstance(call.func, ast.Call) and _literal(first) is not None:
        found.lost.append(place)  # words_for(context)("..."): what reads the code for the catalogues passes over it


def _unsaid(tree: ast.Module) -> Iterator[int]:
    """Lines with an English sentence that nobody says through `words` or `msg`; for programs and logs they are free."""
    said = {
        id(part)
        for node in ast.walk(tree)
        for part in ast.walk(node)
        if (isinstance(node, ast.Call) and (_name(node) in {*SAYING, "words.many"} or _name(node).startswith("log.")))
        or isinstance(node, ast.Raise | ast.Assert)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.ClassDef) and any("Error" in ast.unparse(base) for base in node.bases))
    }
    for node in ast.walk(tree):
        text = _literal(node)
        if text and id(node) not in said and re.match(r"\W*[A-Z].*\w \w.*[.?!…]\W*$", text, re.DOTALL):
            yield node.lineno


def _labels(tree: ast.Module, calls: list[ast.Call]) -> Iterator[str]:
    """Sentences on buttons: in the call itself, in a name of the same function, or given to that function."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and _name(node) in BUTTONS):
            text = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "text"), None)
            if text is not None:
                yield from _said_in(text)
                names = {node.id for node in ast.walk(text) if isinstance(node, ast.Name)}
                yield from _assigned(function, names)
                yield from _given(function, names, calls)


def _said_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and _name(part) == "words" and (text := _literal(part.args[0])) is not None:
            yield text


def _assigned(function: ast.AST, names: set[str]) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in names for t in node.targets):
            yield from _said_in(node.value)


def _given(function: ast.FunctionDef | ast.AsyncFunctionDef, names: set[str], calls: list[ast.Call]) -> Iterator[str]:
    for number, argument in enumerate(function.args.args):
        if argument.arg in names - {"words"}:
            for call in calls:
                if _name(call) == function.name and len(call.args) > number:
                    yield from _said_in(call.args[number])


def fields(text: str) -> list[str]:
    return sorted(FIELD.findall(text))


def tags(text: str) -> list[str]:
    return sorted(TAG.findall(text))
