"""The rows of the database in memory: by table and key, each row a value that is replaced and never changed."""

from typing import Any

TABLES = [
    "partners",
    "networks",
    "network_pictures",
    "network_answers",
    "stations",
    "tariffs",
    "objections",
    "drivers",
    "passes",
    "attempts",
    "dialogues",
    "buttons",
    "charges",
    "timeline",
    "sessions",
    "cdrs",
    "readings",
    "ratings",
    "fault_reports",
    "alerts",
    "tickets",
    "relays",
    "cards",
    "jobs",
    "notices",
    "inbox",
    "counters",
]

Rows = dict[Any, Any]
Tables = dict[str, Rows]


def next_number(tables: Tables, name: str) -> int:
    """1, 2, 3...; a number is never given twice."""
    number: int = tables["counters"].get(name, 0) + 1
    tables["counters"][name] = number
    return number
