"""What the documents promise to name is named: settings, commands, decisions; and their examples are taken as they are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from bot.cli import app
from bot.domain.pass_file import read_pass_file
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RUNNING = (DOCS / "running.md").read_text("utf-8")


def commands(group: typer.core.TyperCommand | typer.core.TyperGroup, path: str = "chargebot") -> Iterator[str]:
    if not isinstance(group, typer.core.TyperGroup):
        yield path
        return
    for name, command in group.commands.items():
        yield from commands(command, f"{path} {name}")  # type: ignore[arg-type]


def rows() -> dict[str, str]:
    """Name and default of each setting in the table."""
    found: dict[str, str] = {}
    for line in RUNNING.splitlines():
        if line.startswith(f"| `{PREFIX}"):
            _, names, defaults, _ = line.split("|", 3)
            told = re.findall(r"`([^`]*)`", defaults)
            for place, name in enumerate(re.findall(rf"`{PREFIX}(\w+)`", names)):
                found[name.lower()] = told[place] if place < len(told) else ""
    return found


@pytest.mark.parametrize("command", list(commands(get_command(app))))  # type: ignore[arg-type]
def test_every_command_is_told(command: str) -> None:
    assert f"`{command}" in RUNNING


def test_every_setting_is_told_with_its_default() -> None:
    told = rows()
    told.pop("crash_point"), told.pop("public_url")  # one is read elsewhere, the other follows another setting
    known = {name: field.default for name, field in Settings.model_fields.items() if name != "public_url"}
    assert told.keys() == known.keys()
    for name, default in known.items():
        if isinstance(default, str | int | float) and not name.endswith("token"):
            assert told[name] in {str(default), str(default).lower(), f"{default:g}" if name == "pace" else ""}, name


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    pages = [page.name for page in sorted((DOCS / "decisions").glob("0*.md"))]
    assert re.findall(r"\((0[^)]*\.md)\)", index) == pages


def test_the_example_of_passes_is_taken_whole() -> None:
    good, bad = read_pass_file((DOCS / "passes.example.csv").read_text("utf-8"))
    assert not bad
    assert {line.status.value for line in good} == {"ordered", "received", "active", "blocked", "expired"}


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in DOCS.glob("*.md"))])
def test_every_link_to_a_file_leads_to_one(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
