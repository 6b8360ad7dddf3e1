"""Migrations only add: code of the version before works on while a new one is rolled out, and after a step back.

What takes away, renames or tightens something comes a version later, and says so with `CONTRACTS`: which revision has
to run everywhere before. `oldest_code` of such a migration is that revision, so that older code stops, and harms
nothing.
"""

import ast
from pathlib import Path

import pytest

from core.store.migrate import MIGRATIONS

VERSIONS = sorted((MIGRATIONS / "versions").glob("m[0-9]*.py"))
CONTRACTING = frozenset(
    {
        "drop_table",
        "drop_column",
        "drop_constraint",
        "rename_table",
        "alter_column",
        "create_unique_constraint",
        "create_check_constraint",
        "create_foreign_key",
    }
)
WORDS = ("DROP TABLE", "DROP COLUMN", "RENAME", "ALTER COLUMN", "SET NOT NULL", "ADD CONSTRAINT", "TRUNCATE")


def function(tree: ast.Module, name: str) -> ast.FunctionDef:
    return next(one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name)


def constants(tree: ast.Module) -> dict[str, object]:
    """Return what a migration says of itself."""
    return {
        one.targets[0].id: one.value.value
        for one in tree.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and isinstance(one.value, ast.Constant)
    }


def contractions(source: str) -> list[str]:
    """Return what the upgrade of a migration takes away, renames or tightens."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(function(tree, "upgrade")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in CONTRACTING:
                found.append(node.func.attr)
            if node.func.attr == "add_column" and not is_optional(node):
                found.append("a column that old code does not fill")
            if node.func.attr == "create_index" and any(
                key.arg == "unique" and is_true(key.value) for key in node.keywords
            ):
                found.append("a unique index")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [word for word in WORDS if word in node.value.upper()]
    return found


def is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def is_optional(call: ast.Call) -> bool:
    """Tell whether a column that is added may stay empty or has a value of its own."""
    keys = {key.arg: key.value for inner in ast.walk(call) if isinstance(inner, ast.Call) for key in inner.keywords}
    nullable = keys.get("nullable")
    return nullable is None or is_true(nullable) or "server_default" in keys


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_only_adds_or_says_what_must_run_before_it(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    said = constants(ast.parse(source))
    found = contractions(source)
    if not found:
        return
    assert "CONTRACTS" in said, (
        f"{path.name} {found}: add first, take away a version later, and say CONTRACTS = REVISION"
    )
    assert said["oldest_code"] == said["CONTRACTS"], "older code must not work on what it takes away"
    assert str(said["CONTRACTS"]) < str(said["revision"])


@pytest.mark.parametrize(
    "statement",
    [
        'op.drop_column("job", "model")',
        'op.alter_column("job", "model", new_column_name="endpoint")',
        'op.execute("ALTER TABLE job RENAME TO work")',
        'op.add_column("job", sa.Column("tier", sa.Text(), nullable=False))',
        'op.create_index("one", "job", ["model"], unique=True)',
    ],
)
def test_what_old_code_would_stumble_over_is_found(statement: str) -> None:
    assert contractions(f"def upgrade():\n    {statement}\n")


@pytest.mark.parametrize(
    "statement",
    [
        'op.add_column("job", sa.Column("tier", sa.Text(), nullable=False, server_default=""))',
        'op.add_column("job", sa.Column("tier", sa.Text(), nullable=True))',
        'op.create_index("one", "job", ["model"])',
    ],
)
def test_what_only_adds_is_not(statement: str) -> None:
    assert contractions(f"def upgrade():\n    {statement}\n") == []
