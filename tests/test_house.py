"""What holds of every file of the house."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "app").rglob("*.py"))
HIDING_PLACES = {"common", "core", "helpers", "misc", "utils"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_is_short(module: Path) -> None:
    lines = module.read_text("utf-8").count("\n")
    assert lines <= 250, f"{lines} lines; split it by noun"


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_begins_by_saying_in_a_sentence_what_it_decides(module: Path) -> None:
    said = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    sentence, *rest = said.split("\n")
    assert re.fullmatch(r"[A-Z`].*[^.]\.", sentence), f"{sentence!r} is no sentence"
    assert ". " not in sentence, "one sentence; what more there is to say begins a paragraph"
    assert not rest or not rest[0], "the sentence has a line of its own"


def test_no_module_is_named_after_nothing() -> None:
    names = {word for module in MODULES for word in name(module).removesuffix(".py").split("/")}
    assert not names & HIDING_PLACES


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (.*)$", changelog, re.MULTILINE)[0] == "Unreleased"


def test_the_readme_stays_short() -> None:
    assert (ROOT / "README.md").read_text("utf-8").count("\n") <= 300


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/operations.md"])
def test_the_tests_on_which_a_promise_rests_are_there(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / page).read_text("utf-8"))
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []
