"""store.database: one file, brought up to date once, whoever opens it; what a person can mend is told in a sentence."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from advisor.errors import AdvisorError
from advisor.store import database

INSERT = "INSERT INTO votes (time, question, blind) VALUES ('now', ?, 0)"


def count() -> int:
    with database.opened() as connection:
        ((found,),) = connection.execute("SELECT count(*) FROM votes")
    return int(found)


def test_the_file_lies_in_the_data_folder_which_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "new" / "folder"))
    assert count() == 0
    assert (tmp_path / "new" / "folder" / "advisor.db").is_file()


def test_what_was_kept_is_there_when_it_is_opened_again() -> None:
    with database.opened() as connection:
        connection.execute(INSERT, ("What?",))
    assert count() == 1


def test_it_writes_ahead_and_checks_its_references() -> None:
    with database.opened() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        assert connection.execute("PRAGMA foreign_keys").fetchall() == [(1,)]
    with pytest.raises(sqlite3.IntegrityError), database.opened() as connection:
        connection.execute("INSERT INTO rivals VALUES (7, 0, 'tiny', 'answer/v2')")


def test_nothing_of_a_block_that_raises_is_kept() -> None:
    with pytest.raises(ZeroDivisionError), database.opened() as connection:
        connection.executemany(INSERT, ((str(1 // left),) for left in (1, 0)))
    assert count() == 0


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(sqlite3.OperationalError, match="nowhere"), database.opened() as connection:
        connection.execute("SELECT 1 FROM nowhere")


def test_each_script_is_run_once_and_the_older_rows_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    with database.opened() as connection:
        connection.execute(INSERT, ("What?",))
        assert connection.execute("PRAGMA user_version").fetchall() == [(len(database.MIGRATIONS),)]
    later = "ALTER TABLE votes ADD COLUMN colour TEXT; UPDATE votes SET colour = 'red'"
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, later))
    for _ in range(2):
        with database.opened() as connection:
            assert connection.execute("SELECT question, colour FROM votes").fetchall() == [("What?", "red")]
            assert connection.execute("PRAGMA user_version").fetchall() == [(len(database.MIGRATIONS),)]


def test_a_script_that_fails_leaves_the_file_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = database.MIGRATIONS
    assert count() == 0
    monkeypatch.setattr(database, "MIGRATIONS", (*before, "ALTER TABLE votes ADD COLUMN colour TEXT; NO SQL"))
    with pytest.raises(sqlite3.OperationalError, match="syntax"):
        count()
    monkeypatch.setattr(database, "MIGRATIONS", before)
    with database.opened() as connection:
        assert connection.execute("PRAGMA user_version").fetchall() == [(len(before),)]
        assert "colour" not in [row[1] for row in connection.execute("PRAGMA table_info(votes)")]


def test_a_newer_file_is_left_alone() -> None:
    assert count() == 0
    with closing(sqlite3.connect(database.place())) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = database.place().read_bytes()
    with pytest.raises(AdvisorError, match="is of version 99, this advisor knows versions up to 2; use a newer"):
        count()
    assert database.place().read_bytes() == before


def test_what_is_no_database_is_told_and_left_alone() -> None:
    database.place().parent.mkdir(parents=True, exist_ok=True)
    database.place().write_text("dear diary, " * 100)
    with pytest.raises(AdvisorError, match=r"advisor\.db is no database of the advisor: move it away"):
        count()
    assert database.place().read_text() == "dear diary, " * 100


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "file" / "below"))
    with pytest.raises(AdvisorError, match=r"cannot be made.*set ADVISOR_DATA"):
        count()


def test_a_file_that_cannot_be_opened_is_told() -> None:
    database.place().mkdir(parents=True)
    with pytest.raises(AdvisorError, match=r"cannot be opened to write.*set ADVISOR_DATA"):
        count()


def test_a_file_that_another_program_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert count() == 0
    monkeypatch.setattr(database, "PATIENCE", 0.0)
    with closing(sqlite3.connect(database.place())) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(AdvisorError, match=r"another program.*try again"), database.opened() as connection:
            connection.execute(INSERT, ("What?",))


def test_threads_write_and_read_side_by_side_from_the_first_moment_on() -> None:
    def keep(number: int) -> int:
        with database.opened() as connection:
            connection.execute(INSERT, (str(number),))
        return count()

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(keep, range(40)))
    assert max(seen) == count() == 40


def test_processes_that_make_the_file_at_once_all_keep_theirs() -> None:
    program = (
        "import sys\n"
        "from advisor.store import database\n"
        "print(flush=True)\n"
        "sys.stdin.readline()\n"
        "with database.opened() as connection:\n"
        f"    connection.execute({INSERT!r}, ('What?',))\n"
    )
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(8)
    ]
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    for one in running:
        assert one.stdin is not None
        one.stdin.write(b"\n")
        one.stdin.flush()
    assert [(one.communicate()[1], one.returncode) for one in running] == [(b"", 0)] * 8
    assert count() == 8
