"""What holds for the house as a whole, and would otherwise wear away unseen."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.crashpoints import NAMES
from bot.settings import _SECRETS, Settings

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "data", "sandbox")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MONEY = (
    "money",
    "tariffs/bill",
    "tariffs/pricing",
    "tariffs/settlement",
    "tariffs/account",
    "tariffs/usage",
    "tariffs/restrictions",
    "tariffs/estimate",
    "tariffs/tariff",
    "tariffs/tariff_json",
)


def name_of(path):
    return str(path.relative_to(ROOT))


def text_of(paths):
    return {name_of(path): path.read_text("utf-8") for path in paths}


def test_every_package_is_named_where_it_is_packed():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    there = {name_of(path.parent).replace("/", ".") for path in SOURCES}
    assert sorted(listed) == sorted(there)
    assert all((ROOT / package.replace(".", "/") / "__init__.py").exists() for package in there)


def test_every_folder_of_tests_is_a_package_so_that_none_shadows_a_room():
    assert not [name_of(path.parent) for path in TESTS if not (path.parent / "__init__.py").exists()]


def test_every_file_says_why_it_is_there():
    silent = [
        name_of(path)
        for path in SOURCES
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent
    assert not [name_of(path) for path in SOURCES if path.name == "__init__.py" and not path.read_text().strip()]


def test_no_file_knows_the_machine_it_was_written_on():
    """A path below somebody's home, or of a working copy, means nothing to anybody else."""
    homes = re.compile(r"(?<![\w./:*-])/(?:work|home|root|Users|mnt|tmp)/\w+")
    found = {name: homes.findall(text) for name, text in text_of([*SOURCES, *PAGES]).items()}
    assert not {name: paths for name, paths in found.items() if paths}


def test_a_page_points_only_at_files_that_are_there():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{name_of(page)} points at {target}"


def test_money_is_never_a_float():
    for module in MONEY:
        source = (ROOT / "bot" / "domain" / f"{module}.py").read_text("utf-8")
        assert not re.search(
            r"\bfloat\b|\.as_integer_ratio|1e-?\d", re.sub(r'""".*?"""|#.*', "", source, flags=re.DOTALL)
        ), module


def test_every_crash_point_is_passed_and_every_passage_is_declared():
    passed = {point for text in text_of(SOURCES).values() for point in re.findall(r'\bcrash_point\("([^"]+)"\)', text)}
    assert passed == set(NAMES)


def test_a_crash_point_has_one_place_per_room():
    """A name that stands for two different moments would be killed at one of them only."""
    places = {}
    for name, text in text_of(SOURCES).items():
        for point in re.findall(r'\bcrash_point\("([^"]+)"\)', text):
            places.setdefault(point, set()).add(name)
    assert all(len(files) == 1 for files in places.values()), places


def test_nobody_but_the_nursery_starts_tasks_and_nobody_but_the_clock_asks_for_the_time():
    for name, text in text_of(path for path in SOURCES if not name_of(path).startswith("sandbox")).items():
        code = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
        assert ("create_task(" in code) is (name == "bot/nursery.py"), name
        assert "ensure_future(" not in code, name
        assert ("datetime.now(" in code) is (name == "bot/app.py"), name


def test_services_and_domain_never_mention_the_messenger():
    for room in ("services", "domain", "ocpi"):
        for name, text in text_of((ROOT / "bot" / room).rglob("*.py")).items():
            assert not re.search(r"telegram|callback_data|<b>", text, re.IGNORECASE), name


def test_a_reason_stands_behind_every_exception_from_the_rules():
    bare = re.compile(r"# noqa(?!: [A-Z]+\d+(, [A-Z]+\d+)*  \S)")
    assert not [name for name, text in text_of(SOURCES).items() if bare.search(text)]


# ── what the pages say ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_word_to_make_is_in_the_makefile(page):
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), flags=re.MULTILINE)) <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_is_named_exists(page):
    known = {name.upper() for name in Settings.model_fields} | {f"{name}_FILE" for name in _SECRETS} | {"CRASH_POINT"}
    assert set(re.findall(r"CHARGEBOT_([A-Z_]*[A-Z])\b", page.read_text("utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_named_exists(page):
    main = typer.main.get_command(app)
    names = set(main.commands)
    both = {f"{group} {name}" for group in names for name in getattr(main.commands[group], "commands", {})}
    for words in re.findall(r"(?:^|`)chargebot ([a-z]+(?: [a-z]+)?)", page.read_text("utf-8"), flags=re.MULTILINE):
        assert words in names | both or words.split()[0] in names - {one.split()[0] for one in both}, words
