"""store.conversations: what was kept is read and found; what is another's is not; what is deleted is gone."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from advisor.errors import AdvisorError
from advisor.store import conversations, database, exports, feedback, votes
from advisor.store.conversations import Conversation, Exchange, Heading, State
from advisor.store.feedback import Feedback
from advisor.store.votes import System, Vote
from advisor.types import Answer, Chunk, Citation, Hit, Passage, Sentence, Trace

POSIX = pytest.mark.skipif(os.name != "posix", reason="elsewhere the rights of a file are no three digits")
TIME = "2026-01-02T03:04:05+00:00"
TEXT = "Learn Python. “Then” learn\u2028Git.\nAsk about pay, a <b>lot</b>."
HELD = Passage(
    1, Chunk("c1", "guide", ("Tools", "First"), 100, 100 + len(TEXT), TEXT), "Guide", "A blog", 0.1 + 0.2,
    (Hit("c1", 1 / 3, 2, "bm25"),),
)  # fmt: skip
OTHER = Passage(2, Chunk("c2", "notes", (), 0, 9, "Not cited"), "Notes", "A talk", 0.0)
THIRD = Passage(3, Chunk("c3", "pay", ("India",), 7, 16, "It is low"), "Pay", "A survey", -1.5e-9)
SPANS = (Citation(1, "c1", "guide", 114, 131), Citation(1, "c1", "guide", 100, 113), Citation(3, "c3", "pay", 7, 16))
SAID = Answer(
    "Which tööls?",
    "- Python and Git. [1]\n- Little. [3]",
    (Sentence("Python and Git.", SPANS[:2], 1.0, 1, True), Sentence("Maybe.", (), 0.125, 2)),
    (*SPANS, SPANS[0]),
    (HELD, OTHER, THIRD),
    "answer",
    Trace("Which tools?", "answer/v2", "tiny", {"retrieve": 0.1}, {"in": 7}, 3, ("So it \ud800 w", ""), 0.987654321),
    ("What of pay?",),
)


def exchange(name: str = "e1", question: str = "Which tools?", told: str = "Git.", **changes: object) -> Exchange:
    settings = {"model": "tiny", "prompt": "answer/v2", "passages": 5, "unbacked": 0.25}
    return replace(Exchange(name, question, "whole", told, None, settings, TIME), **changes)


def kept(conversation_id: str, *exchanges: Exchange, owner: str = "") -> None:
    for place, one in enumerate(exchanges):
        conversations.keep(conversation_id, owner, one, place)


def loaded(conversation_id: str, owner: str = "") -> Conversation:
    found = conversations.load(conversation_id, owner)
    assert found is not None
    return found


def found(search: str, owner: str = "") -> list[str]:
    return [one.id for one in conversations.headings(owner, search)]


def test_what_was_kept_is_read_back_whole() -> None:
    first = exchange(told=SAID.text, answer=SAID)
    second = exchange("e2", "Wö'rüm? \n{{x}} \0 %", "As far as it\nc", state="stopped", settings={})
    kept("k", first, second)
    assert conversations.load("k", "") == Conversation("k", "Which tools?", (first, second))


@pytest.mark.parametrize("state", ["running", "whole", "stopped", "failed"])
def test_each_state_is_kept(state: State) -> None:
    kept("k", exchange(state=state))
    assert loaded("k").exchanges[0].state == state


def test_a_state_that_is_none_is_not_kept() -> None:
    with pytest.raises(sqlite3.IntegrityError):
        kept("k", exchange(state="odd"))
    assert conversations.headings("") == []


def test_what_is_not_there_is_none() -> None:
    assert conversations.load("k", "") is None
    assert conversations.headings("") == []
    assert not conversations.rename("k", "", "A title")
    assert not conversations.delete("k", "")
    assert conversations.delete_all("") == 0


def test_what_has_no_time_is_of_now_and_keeps_that_time_while_it_grows() -> None:
    kept("k", exchange(time=""))
    first = loaded("k").exchanges[0]
    assert abs(datetime.fromisoformat(first.time) - datetime.now(UTC)) < timedelta(minutes=1)
    kept("k", exchange(time="", told="More."))
    assert loaded("k").exchanges == (replace(first, told="More."),)
    assert conversations.amend("k", "", exchange(time="", told="Still more."))
    assert loaded("k").exchanges == (replace(first, told="Still more."),)


def test_half_a_character_from_a_page_does_not_lose_the_exchange() -> None:
    kept("k", exchange(question="What \ud800?", told="So \udfff.", answer=replace(SAID, question="What \ud800?")))
    one = loaded("k")
    assert (one.title, one.exchanges[0].question, one.exchanges[0].told) == ("What ??", "What ??", "So ?.")
    assert one.exchanges[0].answer == replace(SAID, question="What \ud800?")
    assert conversations.rename("k", "", "\ud800")
    assert found("\udfff") == ["k"]


def test_an_exchange_grows_in_its_place_and_those_after_it_stay() -> None:
    kept("k", exchange(state="running", told=""), exchange("e2", "Next?"))
    conversations.keep("k", "", exchange(told=SAID.text, answer=SAID), 0)
    assert loaded("k").exchanges == (exchange(told=SAID.text, answer=SAID), exchange("e2", "Next?"))


def test_another_exchange_takes_the_place_and_those_after_it_stay() -> None:
    kept("k", exchange(), exchange("e2", "Next?"), exchange("e3", "Last?"))
    conversations.keep("k", "", exchange("e4", "Rather?"), 1)
    assert [one.id for one in loaded("k").exchanges] == ["e1", "e4", "e3"]
    conversations.keep("k", "", exchange("e3", "Last?"), 1)
    assert [one.id for one in loaded("k").exchanges] == ["e1", "e3"]


def test_exchanges_are_in_the_order_of_their_places() -> None:
    for place in (2, 10, 0, 1):
        conversations.keep("k", "", exchange(f"e{place}"), place)
    assert [one.id for one in loaded("k").exchanges] == ["e0", "e1", "e2", "e10"]


@pytest.mark.parametrize(("place", "left"), [(0, []), (1, ["e0"]), (2, ["e0", "e1"]), (3, ["e0", "e1", "e2"])])
def test_those_from_a_place_on_are_forgotten(place: int, left: list[str]) -> None:
    kept("k", *(exchange(f"e{n}") for n in range(3)))
    kept("other", *(exchange(f"o{n}") for n in range(3)))
    conversations.forget_from("k", "", place)
    assert [one.id for one in loaded("k").exchanges] == left
    assert len(loaded("other").exchanges) == 3
    assert {one.id: one.exchanges for one in conversations.headings("")} == {"k": len(left), "other": 3}


def test_what_was_deleted_meanwhile_stays_deleted_when_its_answer_is_whole() -> None:
    kept("k", exchange(state="running", told=""), exchange("e2"))
    assert conversations.amend("k", "", exchange(answer=SAID))
    assert loaded("k").exchanges == (exchange(answer=SAID), exchange("e2"))
    conversations.forget_from("k", "", 1)
    assert not conversations.amend("k", "", exchange("e2", told="More."))
    assert len(loaded("k").exchanges) == 1
    conversations.delete("k", "")
    assert not conversations.amend("k", "", exchange(answer=SAID))
    assert conversations.headings("") == []


def test_one_owner_neither_sees_nor_changes_what_is_anothers() -> None:
    kept("a1", exchange("a", "Anna's secret?"), owner="anna")
    kept("b1", exchange("b", "Bob's pay?"), owner="bob")
    before = loaded("a1", "anna")
    for other in ("bob", "", "ANNA", "%"):
        assert conversations.load("a1", other) is None
        assert found("secret", other) == []
        assert not conversations.rename("a1", other, "Mine")
        assert not conversations.amend("a1", other, exchange("a", told="Changed."))
        assert not conversations.delete("a1", other)
        conversations.forget_from("a1", other, 0)
    assert found("", "anna") == ["a1"]
    assert found("", "bob") == ["b1"]
    assert found("", "") == []
    assert conversations.delete_all("bob") == 1
    assert conversations.load("b1", "bob") is None
    assert loaded("a1", "anna") == before


@pytest.mark.parametrize("name", ["a", "new"], ids=["the exchange there", "a new one"])
def test_nothing_is_written_into_anothers_conversation(name: str) -> None:
    kept("a1", exchange("a"), owner="anna")
    before, headings = loaded("a1", "anna"), conversations.headings("anna")
    with pytest.raises(AdvisorError, match="conversation a1 is not yours to write in; begin a new one"):
        conversations.keep("a1", "bob", exchange(name, "Mine?", "Changed."), 0)
    assert (loaded("a1", "anna"), conversations.headings("anna")) == (before, headings)
    assert conversations.headings("bob") == []


@pytest.mark.parametrize("owner", ["anna", "bob"])
def test_an_exchange_of_one_conversation_is_not_moved_to_another(owner: str) -> None:
    kept("a1", exchange("a"), owner="anna")
    kept("a2", exchange("there"), owner=owner)
    with pytest.raises(AdvisorError, match="conversation a2 is not yours"):
        conversations.keep("a2", owner, exchange("a", told="Changed."), 0)
    assert loaded("a1", "anna").exchanges == (exchange("a"),)
    assert loaded("a2", owner).exchanges == (exchange("there"),)


WORDS = "What does a data scientist earn in Bengaluru after five years of"  # 63 characters


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Which tools?", "Which tools?"),
        ("  Which\n\ttools? \n", "Which tools?"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        (WORDS[:60], WORDS[:60]),
        (WORDS, "What does a data scientist earn in Bengaluru after five…"),
        ("y" * 59 + " z", "y" * 59 + "…"),
        ("y" * 60 + " z", "y" * 59 + "…"),
    ],
)
def test_the_first_question_is_the_title_cut_at_a_word(question: str, title: str) -> None:
    kept("k", exchange(question=question), exchange("e2", "Next?"))
    assert loaded("k").title == title
    assert len(title) <= 60
    assert loaded("k").exchanges[0].question == question


def test_a_title_is_given_on_one_line_and_stays() -> None:
    kept("k", exchange())
    before = conversations.headings("")[0].changed
    assert conversations.rename("k", "", "  My\nplan ")
    kept("k", exchange(question="Which other tools?"))
    assert loaded("k").title == "My plan"
    assert found("plan") == ["k"]
    assert conversations.headings("")[0].changed > before
    conversations.rename("k", "", "word " * 40)
    assert loaded("k").title == "word " * 23 + "word…"
    assert found("plan") == []


@pytest.mark.parametrize("title", ["", " \n\t"])
def test_an_empty_title_is_told(title: str) -> None:
    kept("k", exchange())
    with pytest.raises(AdvisorError, match="the title is empty; write at least one letter"):
        conversations.rename("k", "", title)
    assert loaded("k").title == "Which tools?"


def test_the_list_has_what_changed_last_first_and_says_how_long_each_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(100))
    monkeypatch.setattr(conversations, "_now", lambda: f"at {next(ticks):03}")
    kept("k1", exchange("e1", "One?"), exchange("e2", "Two?"))
    kept("k2", exchange("e3", "Three?"))
    assert conversations.headings("") == [Heading("k2", "Three?", "at 002", 1), Heading("k1", "One?", "at 001", 2)]
    conversations.amend("k1", "", exchange("e2"))
    assert found("") == ["k1", "k2"]
    conversations.keep("k2", "", exchange("e4"), 1)
    assert found("") == ["k2", "k1"]
    conversations.forget_from("k1", "", 1)
    assert found("") == ["k1", "k2"]
    conversations.rename("k2", "", "A name is no news")
    conversations.forget_from("k2", "", 5)
    assert found("") == ["k1", "k2"]
    assert conversations.headings("", limit=1) == [Heading("k1", "One?", "at 005", 1)]


def test_of_what_changed_at_once_the_ids_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "_now", lambda: "now")
    for name in ("b", "c", "a"):
        kept(name, exchange(f"e{name}"))
    assert found("") == ["a", "b", "c"]


def test_a_search_finds_the_words_wherever_in_a_conversation_they_are() -> None:
    kept("far", exchange("e1", "What salary?", "Little."), exchange("e2", "Where?", "In India, mostly."))
    kept("near", exchange("e3", "INDIA: which Salaryman?", ""))
    kept("half", exchange("e4", "What salary?", "Little."))
    kept("named", exchange("e5", "Next?", "A salary."))
    conversations.rename("named", "", "Plans for India")
    assert sorted(found("salary india")) == ["far", "named", "near"]
    assert sorted(found(" India\n SALARY  india ")) == ["far", "named", "near"]
    assert sorted(found("salary")) == ["far", "half", "named", "near"]
    assert found("salary india rust") == []
    assert sorted(found(" \n")) == ["far", "half", "named", "near"]


@pytest.mark.parametrize(
    ("held", "search", "not_held"),
    [
        ("100% sure", "100%", "100 sure"),
        ("snake_case", "snake_case", "snakeXcase"),
        ("the 'best'", "'best'", "the best"),
        ('a "quote"', '"quote"', "a quote"),
        ("back\\slash", "back\\slash", "backslash"),
        ("either OR not", "OR", "neithe* NEAR"),
        ("C++ or C#", "c++", "C or C"),
        ("it's -> a*", "a*", "ab"),
        ("Résumé", "resume", "assume"),
        ("resume", "RÉSUMÉ", "assume"),
        ("Straße", "STRASSE", "strase"),
        ("İzmir ﬁne", "izmir fine", "Zmir"),
        ("Ｐａｙ x²", "pay x2", "ｐａ ｙ x2"),
        ("数据科学家的工资", "工资", "工作"),
        ("हिन्दी", "हिन्दी", "हान्दा"),
    ],
)
def test_a_search_takes_every_sign_as_itself_and_no_account_of_case_and_accents(
    held: str, search: str, not_held: str
) -> None:
    kept("yes", exchange("e1", "Question?", held))
    kept("no", exchange("e2", "Question?", not_held))
    assert found(search) == ["yes"]


def test_a_search_of_very_many_words_is_a_search() -> None:
    many = " ".join(f"w{n}" for n in range(5000))
    kept("k", exchange(told=many))
    assert found(many) == ["k"]
    assert found(f"{many} w5000") == []


def test_a_search_knows_what_is_told_now_and_not_what_was() -> None:
    kept("k", exchange(state="running", told="Gardener."))
    assert found("gardener") == ["k"]
    kept("k", exchange(told="", answer=SAID))
    assert (found("gardener"), found("python")) == ([], ["k"])
    conversations.amend("k", "", exchange(told="Plumber."))
    assert (found("plumber"), found("python")) == (["k"], [])
    conversations.forget_from("k", "", 0)
    assert found("plumber") == []


def test_five_thousand_exchanges_are_searched_alike_and_in_no_order_but_that_of_change() -> None:
    row = "INSERT INTO exchanges VALUES (?, ?, ?, 'Q', 'whole', 'A', '{}', 'now', ?, '')"
    with database.opened() as connection:
        for number in range(500):
            name, changed = f"k{number:03}", f"{number * 7 % 500:03}"
            connection.execute("INSERT INTO conversations VALUES (?, '', 'T', 't', 'now', ?)", (name, changed))
            rows = ((f"{name}.{place}", name, place, f"w{number % 10} p{place}") for place in range(10))
            connection.executemany(row, rows)
    oracle = sorted((n for n in range(500) if n % 10 == 3), key=lambda n: -(n * 7 % 500))
    assert found("p9 w3") == [f"k{n:03}" for n in oracle]


def older(change: Callable[[dict[str, object]], object]) -> str:
    """Return what the file holds of an answer, changed."""
    with database.opened() as connection:
        ((text,),) = connection.execute("SELECT answer FROM exchanges")
        said = json.loads(text)
        change(said)
        connection.execute("UPDATE exchanges SET answer = ?", (json.dumps(said),))
    return str(text)


@pytest.mark.parametrize(
    "change",
    [lambda said: said.pop("citations"), lambda said: said.update(kind="odd"), lambda said: said.update(trace=None)],
    ids=["a field fewer", "another kind", "another shape"],
)
def test_an_answer_of_another_version_does_not_lose_the_conversation(
    change: Callable[[dict[str, object]], object],
) -> None:
    kept("k", exchange(told=SAID.text, answer=SAID))
    older(change)
    conversations.keep("k", "", exchange("e2", "Next?"), 1)
    assert loaded("k").exchanges == (exchange(told=SAID.text), exchange("e2", "Next?"))
    assert SAID.text in exports.markdown(loaded("k"))


def test_what_is_no_json_does_not_lose_the_conversation_either() -> None:
    kept("k", exchange(told=SAID.text, answer=SAID))
    with database.opened() as connection:
        connection.execute("UPDATE exchanges SET answer = substr(answer, 1, 99)")
    assert loaded("k").exchanges == (exchange(told=SAID.text),)


def test_an_answer_with_what_this_version_does_not_know_or_may_miss_is_read() -> None:
    kept("k", exchange(answer=SAID))
    older(lambda said: said.update(colour="red"))
    assert loaded("k").exchanges[0].answer == SAID
    older(lambda said: said.pop("offers"))
    assert loaded("k").exchanges[0].answer == replace(SAID, offers=())


KEEPING = (
    "import itertools, sys\n"
    "from advisor.store import conversations\n"
    "from advisor.store.conversations import Exchange\n"
    "print('ready', flush=True)\n"
    "sys.stdin.readline()\n"
)


def started(program: str) -> subprocess.Popen[str]:
    """Return a process that runs the program once it is sent a line."""
    pipe = subprocess.PIPE
    one = subprocess.Popen([sys.executable, "-c", KEEPING + program], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert answered(one) == "ready\n"
    return one


def answered(one: subprocess.Popen[str]) -> str:
    assert one.stdout is not None
    return one.stdout.readline()


def send(one: subprocess.Popen[str]) -> None:
    assert one.stdin is not None
    one.stdin.write("\n")
    one.stdin.flush()


def test_what_was_kept_is_there_though_the_process_was_killed_right_after() -> None:
    keep = "conversations.keep('k', '', Exchange('e1', 'Which tools?', 'running', 'Git and', time='now'), 0)\n"
    one = started(f"{keep}print('kept', flush=True)\nsys.stdin.readline()\n")
    send(one)
    assert answered(one) == "kept\n"
    one.kill()
    assert one.communicate() == ("", "")
    assert one.returncode != 0
    assert loaded("k").exchanges == (Exchange("e1", "Which tools?", "running", "Git and", time="now"),)


def test_a_process_killed_while_it_keeps_leaves_what_it_kept_whole() -> None:
    keep = "conversations.keep('k', '', Exchange('e1', f'Q{n}', 'running', f'{n} ' * 9999), 0)"
    one = started(f"for n in itertools.count():\n    {keep}\n    print(n, flush=True)\n")
    send(one)
    seen = [answered(one) for _ in range(20)]
    one.kill()
    one.communicate()
    (left,) = loaded("k").exchanges
    number = int(left.question[1:])
    assert number >= int(seen[-1]) == 19
    assert left.told == f"{number} " * 9999
    assert found(f"q{number}") == ["k"]
    kept("k", exchange())
    with database.opened() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_processes_that_keep_at_once_all_keep_theirs() -> None:
    keep = "conversations.keep('both', '', Exchange(f'{me}.{n}', 'Q', 'whole', 'A'), 2 * n + me)"
    own = "conversations.keep(f'own{me}', '', Exchange(f'own{me}.{n}', 'Q', 'whole', 'A'), n)"
    running = [started(f"me = {me}\nfor n in range(50):\n    {keep}\n    {own}\n") for me in (0, 1)]
    for one in running:
        send(one)
    assert [(one.communicate()[1], one.returncode) for one in running] == [("", 0)] * 2
    assert [one.id for one in loaded("both").exchanges] == [f"{n % 2}.{n // 2}" for n in range(100)]
    assert [len(loaded(name).exchanges) for name in ("own0", "own1")] == [50, 50]


def test_threads_keep_list_and_delete_side_by_side() -> None:
    def work(number: int) -> bool:
        kept(f"k{number}", exchange(f"e{number}", f"Number {number}?"))
        assert f"k{number}" in found(f"number {number}")
        return number % 2 == 0 and conversations.delete(f"k{number}", "")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(40))) == [number % 2 == 0 for number in range(40)]
    assert sorted(found("")) == sorted(f"k{number}" for number in range(1, 40, 2))


def held_bytes() -> bytes:
    """Return what the file, and the log beside it, hold."""
    return b"".join(one.read_bytes() for one in database.place().parent.iterdir())


def secret(word: str, number: int) -> Exchange:
    """Return an exchange with a word in each of its texts, short or long enough for many pages of the file."""
    text = f"{word} " * (1, 40, 900, 3000)[number % 4]
    said = replace(SAID, question=word, text=text)
    return Exchange(f"{word}{number}", f"{word}? " * (number % 7 + 1), "whole", text, said, {"model": word}, TIME)


@pytest.mark.parametrize("one_by_one", [False, True], ids=["all at once", "one by one"])
def test_what_was_deleted_is_in_the_file_no_more_though_others_have_it_open(one_by_one: bool) -> None:
    for number in range(60):
        kept(f"a{number}", secret("Zanzibar", 3 * number), secret("Zanzibar", 3 * number + 1), owner="anna")
        kept(f"b{number}", secret("Honolulu", number), owner="bob")
        conversations.amend(f"a{number}", "anna", secret("Zanzibar", 3 * number))
    before = [loaded(f"b{number}", "bob") for number in range(60)]
    with closing(sqlite3.connect(database.place())) as other:
        assert other.execute("SELECT count(*) FROM conversations").fetchall() == [(120,)]
        assert b"zanzibar" in held_bytes().lower()
        if one_by_one:
            assert all(conversations.delete(f"a{number}", "anna") for number in range(60))
        else:
            assert conversations.delete_all("anna") == 60
        left = held_bytes().lower()
    assert b"zanzibar" not in left
    assert b"honolulu" in left
    assert conversations.headings("anna") == []
    assert [loaded(f"b{number}", "bob") for number in range(60)] == before


def test_what_is_said_anew_is_in_the_file_no_more_once_nobody_has_it_open() -> None:
    kept("k", secret("Zanzibar", 3), secret("Zanzibar", 2), secret("Zanzibar", 5))
    kept("k", replace(secret("Honolulu", 1), id="Zanz"), secret("Honolulu", 2))
    conversations.forget_from("k", "", 2)
    conversations.rename("k", "", "Elsewhere")
    assert b"zanzibar" not in held_bytes().lower()
    assert [one.question[:8] for one in loaded("k").exchanges] == ["Honolulu", "Honolulu"]


def test_a_file_of_the_first_version_keeps_its_votes_and_feedback_and_takes_conversations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vote = Vote("What?", (System("small", "answer/v2"), System("large", "answer/v2")), 1, True, TIME)
    thumb = Feedback("f1", "down", (), {"question": "What?"}, "wrong", time=TIME)
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:1])
        votes.keep(vote)
        feedback.keep(thumb)
    with closing(sqlite3.connect(database.place())) as connection:
        assert connection.execute("PRAGMA user_version").fetchall() == [(1,)]
    kept("k", exchange(answer=SAID))
    assert (votes.load(), feedback.load()) == ([vote], [thumb])
    assert loaded("k").exchanges == (exchange(answer=SAID),)
    conversations.delete_all("")
    assert (votes.load(), feedback.load()) == ([vote], [thumb])


@POSIX
def test_the_file_and_its_log_are_their_owners_alone_and_one_of_the_first_version_becomes_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rights() -> dict[str, str]:
        with database.opened() as connection:
            connection.execute("UPDATE votes SET question = question")
            return {one.name: oct(one.stat().st_mode & 0o777) for one in database.place().parent.iterdir()}

    private = dict.fromkeys(["advisor.db", "advisor.db-shm", "advisor.db-wal"], "0o600")
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:1])
        assert rights() == private
        database.place().chmod(0o644)
        assert rights() == dict.fromkeys(private, "0o644")
    kept("k", exchange())
    assert rights() == private


@POSIX
def test_a_folder_that_is_made_for_the_file_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "mine"))
    kept("k", exchange())
    assert oct((tmp_path / "mine").stat().st_mode & 0o777) == "0o700"


def test_a_file_of_somebody_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, mode: int) -> None:
        raise PermissionError(f"chmod {path.name}")

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(AdvisorError, match=r"advisor\.db is not yours \(chmod advisor\.db\); set ADVISOR_DATA"):
        kept("k", exchange())


def test_who_reads_meanwhile_does_not_stop_a_deletion_and_ends_it_when_done(monkeypatch: pytest.MonkeyPatch) -> None:
    kept("k", secret("Zanzibar", 3))
    monkeypatch.setattr(database, "PATIENCE", 0.0)
    with closing(sqlite3.connect(database.place())) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM exchanges").fetchall() == [(1,)]
        assert conversations.delete("k", "")
        assert reader.execute("SELECT count(*) FROM exchanges").fetchall() == [(1,)]
    assert conversations.headings("") == []
    assert b"zanzibar" not in held_bytes().lower()
