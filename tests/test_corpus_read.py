"""read: files become documents with id, title, source and gaps; the corpus hash knows when they change."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from advisor.corpus.read import Reading, corpus_hash, document_from, read
from advisor.types import Document


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def document(folder: Path, text: str, name: str = "guide.md") -> Document:
    """Return the document of one file that must be read without a problem."""
    reading = read([write(folder, name, text)])
    assert reading.problems == ()
    return reading.documents[0]


def reason(folder: Path, text: str) -> str:
    """Return why a file is left out; a good file beside it must still be read."""
    write(folder, "bad.md", text)
    write(folder, "good.md", "# Good\n\nStill read.\n")
    reading = read([folder])
    assert [found.id for found in reading.documents] == ["good"]
    assert [problem.path for problem in reading.problems] == [folder / "bad.md"]
    return reading.problems[0].reason


def ids(reading: Reading) -> list[str]:
    return [found.id for found in reading.documents]


# Front matter


def test_front_matter_gives_id_title_source_and_gaps_and_is_no_text(tmp_path: Path) -> None:
    raw = (
        "---\nid: pay\ntitle: What it pays\nsource: https://example.org/pay\ngaps:\n- no figures\n- no dates\n---\n"
        "# Pay\n\nIt pays well.\n"
    )
    assert document(tmp_path, raw) == Document(
        "pay", "What it pays", "# Pay\n\nIt pays well.\n", "https://example.org/pay", ("no figures", "no dates")
    )


def test_without_front_matter_all_four_come_from_the_file(tmp_path: Path) -> None:
    assert document(tmp_path, "# Pay\n\nIt pays well.\n") == Document(
        "guide", "Pay", "# Pay\n\nIt pays well.\n", "guide.md", ()
    )


def test_front_matter_may_hold_numbers_and_fields_of_others(tmp_path: Path) -> None:
    found = document(tmp_path, "---\ntitle: 2024\nid: 0\ndraft: true\ntags: [a, b]\n---\n# Pay\n\nIt pays well.\n")
    assert (found.title, found.id) == ("2024", "0")


def test_one_gap_needs_no_list(tmp_path: Path) -> None:
    assert document(tmp_path, "---\ngaps: no figures\n---\n# Pay\n\nText.\n").gaps == ("no figures",)


@pytest.mark.parametrize("eol", ["\r\n", "\r"])
def test_front_matter_is_known_with_any_line_ends(tmp_path: Path, eol: str) -> None:
    raw = "---\nid: pay\n---\n# Pay\n\nIt pays well.\n".replace("\n", eol)
    found = document(tmp_path, raw)
    assert (found.id, found.text) == ("pay", "# Pay\n\nIt pays well.\n")


@pytest.mark.parametrize("fence", ["---\n---\n", "---\n\n---\n", "---\n# a comment\n---\n"])
def test_front_matter_that_says_nothing_is_no_text(tmp_path: Path, fence: str) -> None:
    assert document(tmp_path, f"{fence}# Pay\n\nIt pays well.\n").text == "# Pay\n\nIt pays well.\n"


def test_front_matter_is_of_markdown_only(tmp_path: Path) -> None:
    found = document(tmp_path, "---\nid: pay\n---\n# Pay\n\nText.\n", name="guide.txt")
    assert found.id == "guide"
    assert "id: pay" in found.text


def test_a_rule_inside_the_text_is_no_front_matter(tmp_path: Path) -> None:
    found = document(tmp_path, "# Pay\n\nOne.\n\n---\nid: other\n---\n\nTwo.\n")
    assert found.id == "guide"


@pytest.mark.parametrize("broken", ["title: [a", "title: a: b", "\ttitle: a", "title: !!python/name:os.system"])
def test_front_matter_that_is_not_yaml_is_named(tmp_path: Path, broken: str) -> None:
    assert "front matter that is not YAML" in reason(tmp_path, f"---\n{broken}\n---\n# A\n\nText.\n")


@pytest.mark.parametrize(
    "broken",
    [
        "date: 2025-02-30",
        "gaps: 3",
        "gaps: true",
        "gaps:\n- Pay: no figures",
        "gaps:\n- !!set {a}",
        "a: !!timestamp x",
        f"a: {'[' * 3000}",
    ],
)
def test_front_matter_with_an_impossible_value_is_named(tmp_path: Path, broken: str) -> None:
    assert "front matter" in reason(tmp_path, f"---\n{broken}\n---\n# A\n\nText.\n")


ALIASES = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
ALIASES += [f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]" for last, name in pairwise("abcdefg")]
MERGES = ["a: &a {x: 1}"]
MERGES += [f"{name}: &{name} {{<<: [{', '.join([f'*{last}'] * 10)}]}}" for last, name in pairwise("abcdefghijkl")]


@pytest.mark.parametrize(
    "broken", ["\n".join([*ALIASES, "title: *g"]), "\n".join([*ALIASES, "gaps: *g"]), "\n".join(MERGES)]
)
def test_few_lines_of_aliases_do_not_become_millions_of_characters(tmp_path: Path, broken: str) -> None:
    said = reason(tmp_path, f"---\n{broken}\n---\n# A\n\nText.\n")
    assert said == "has front matter with YAML aliases (`*name`); write out what they stand for"


def test_front_matter_as_long_as_a_book_is_named_and_not_parsed(tmp_path: Path) -> None:
    said = reason(tmp_path, f"---\na: {'[' * 1_000_000}\n---\n# A\n\nText.\n")
    assert said == "has front matter of 1000004 characters; shorten it to 10000"
    assert "10001 characters" in reason(tmp_path, f"---\nid: pay\n# {'x' * 9_990}\n---\n# A\n\nText.\n")
    assert document(tmp_path, f"---\nid: pay\n# {'x' * 9_989}\n---\n# A\n\nText.\n").id == "pay"


def test_a_star_that_is_no_alias_is_read(tmp_path: Path) -> None:
    found = document(tmp_path, "---\ntitle: Q&A *for* you\nsource: '*mine'\n---\n# Pay\n\nText.\n")
    assert (found.title, found.source) == ("Q&A *for* you", "*mine")


@pytest.mark.parametrize("key", ["id", "title", "source"])
@pytest.mark.parametrize("value", ["[a, b]", "{a: b}", "!!set {a}", "!!omap [a: 1]", "!!binary aGk="])
def test_a_field_that_is_no_line_is_named(tmp_path: Path, key: str, value: str) -> None:
    said = reason(tmp_path, f"---\n{key}: {value}\n---\n# A\n\nText.\n")
    assert said == f"has front matter with more than a line in `{key}`; a line that holds a colon needs quotes"


@pytest.mark.parametrize("key", ["id", "title", "source", "gaps"])
def test_a_field_of_three_hundred_characters_is_read_and_a_longer_one_named(tmp_path: Path, key: str) -> None:
    said = reason(tmp_path, f"---\n{key}: {'x' * 301}\n---\n# A\n\nText.\n")
    assert said == f"has front matter with 301 characters in `{key}`; shorten it to 300"
    found = document(tmp_path, f"---\n{key}: {'x' * 300}\n---\n# A\n\nText.\n")
    assert "x" * 300 in (found.id, found.title, found.source, *found.gaps)


@pytest.mark.parametrize("field", ["id: {}", "title: {}", "gaps: [{}]"])
def test_a_number_too_long_to_write_is_named(tmp_path: Path, field: str) -> None:
    raw = f"---\n{field.format('0x' + 'F' * 4000)}\n---\n# A\n\nText.\n"
    assert reason(tmp_path, raw) == f"has front matter with too long a number in `{field.split(':')[0]}`; shorten it"


@pytest.mark.parametrize("broken", ["just words", "- a\n- b", "42"])
def test_front_matter_without_keys_is_named(tmp_path: Path, broken: str) -> None:
    assert "key: value" in reason(tmp_path, f"---\n{broken}\n---\n# A\n\nText.\n")


def test_front_matter_without_a_text_is_named(tmp_path: Path) -> None:
    assert "no text" in reason(tmp_path, "---\ntitle: A\n---\n")


# Titles


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("# Guide\n\nText.\n\n# Second\n\nText.\n", "Guide"),
        ("## Intro\n\nText.\n\n# Guide\n\nText.\n", "Guide"),
        ("## First\n\nText.\n\n## Second\n\nText.\n", "First"),
        ("# A **bold** *claim*\n\nText.\n", "A bold claim"),
        ("## Data Engineer pay\n\na\n\n## Data Engineer skills\n\nb\n\n## Why Data Engineer\n\nc\n", "Data Engineer"),
        ("## Data Engineer pay\n\na\n\n## Data Engineer skills\n\nb\n", "Data Engineer pay"),
    ],
)
def test_the_title_is_the_first_top_heading_or_what_most_headings_share(tmp_path: Path, raw: str, title: str) -> None:
    assert document(tmp_path, raw).title == title


def test_a_text_without_headings_has_its_file_name_as_title(tmp_path: Path) -> None:
    assert document(tmp_path, "just some words, no more than that.\n", "pay notes.txt").title == "pay notes"


def test_the_title_of_a_file_with_a_dot_in_its_name_is_whole(tmp_path: Path) -> None:
    found = document(tmp_path, "just some words, no more than that.\n", "v1.2 notes.txt")
    assert (found.id, found.title) == ("v1.2 notes", "v1.2 notes")


# Ids, order and what is read


def test_documents_come_in_the_order_of_their_ids_wherever_they_lie(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "# B\n\nText.\n")
    write(tmp_path, "a/z.md", "# Z\n\nText.\n")
    write(tmp_path, "c.md", "---\nid: 0-first\n---\n# C\n\nText.\n")
    assert ids(read([tmp_path])) == ["0-first", "a/z", "b"]
    assert ids(read([tmp_path / "c.md", tmp_path / "b.md"])) == ["0-first", "b"]
    assert ids(read([tmp_path / "b.md", tmp_path / "c.md"])) == ["0-first", "b"]


def test_of_two_files_with_one_id_the_first_is_read_and_the_other_named(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# A\n\nFirst.\n")
    write(tmp_path, "a.txt", "Second text of that name.\n")
    write(tmp_path, "b.md", "---\nid: a\n---\n# B\n\nThird.\n")
    reading = read([tmp_path])
    assert [found.source for found in reading.documents] == ["a.md"]
    assert [problem.path.name for problem in reading.problems] == ["a.txt", "b.md"]
    assert all("has the id 'a' of a.md" in problem.reason for problem in reading.problems)


def test_folders_keep_files_of_one_name_apart(tmp_path: Path) -> None:
    write(tmp_path, "one/a.md", "# A\n\nText.\n")
    write(tmp_path, "two/a.md", "# A\n\nText.\n")
    reading = read([tmp_path])
    assert ids(reading) == ["one/a", "two/a"]
    assert [found.source for found in reading.documents] == ["one/a.md", "two/a.md"]


def test_one_file_handed_in_twice_is_read_once_without_a_problem(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "# A\n\nText.\n")
    reading = read([path, tmp_path])
    assert ids(reading) == ["a"]
    assert reading.problems == ()


def test_hidden_files_and_folders_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "# A\n\nText.\n")
    hidden = write(tmp_path, ".hidden.md", "# H\n\nText.\n")
    write(tmp_path, ".git/b.md", "# B\n\nText.\n")
    write(tmp_path, "c/.cache/c.md", "# C\n\nText.\n")
    reading = read([tmp_path])
    assert (ids(reading), reading.problems) == (["a"], ())
    assert ids(read([hidden])) == [".hidden"]
    assert ids(read([tmp_path / ".git"])) == ["b"]


def test_links_are_followed_once_however_they_lead_back(tmp_path: Path) -> None:
    write(tmp_path, "given/z.md", "# Z\n\nText.\n")
    write(tmp_path, "beside/b.md", "# B\n\nText.\n")
    (tmp_path / "given" / "a-link").symlink_to(tmp_path / "beside")
    (tmp_path / "given" / "again.md").symlink_to(tmp_path / "given" / "z.md")
    (tmp_path / "beside" / "back").symlink_to(tmp_path / "given")
    (tmp_path / "beside" / "itself").symlink_to(tmp_path / "beside")
    reading = read([tmp_path / "given"])
    assert (ids(reading), reading.problems) == (["a-link/b", "z"], ())


def test_a_pipe_is_named_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    reading = read([tmp_path])
    assert [(problem.path.name, "pipe" in problem.reason) for problem in reading.problems] == [("pipe.md", True)]
    assert corpus_hash([tmp_path]) != corpus_hash([])


def test_a_folder_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.md", "# A\n\nText.\n")
    write(tmp_path, "locked/b.md", "# B\n\nText.\n")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    reading = read([tmp_path])
    assert ids(reading) == ["a"]
    assert [problem.path.name for problem in reading.problems] == ["locked"]


def test_an_empty_folder_holds_nothing_and_is_no_problem(tmp_path: Path) -> None:
    assert read([tmp_path]) == Reading((), ())


def test_a_file_is_the_same_document_alone_and_in_its_folder(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "# A\n\nText.\n")
    assert read([path]) == read([tmp_path])
    assert read([path]).documents == (document_from(path, "a.md"),)
    assert corpus_hash([path]) == corpus_hash([tmp_path])


# The corpus hash


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path, "a.md", "# A\n\nText.\n")
    write(tmp_path, "b/c.md", "# C\n\nText.\n")
    return tmp_path


def test_the_hash_stays_when_only_times_and_hidden_files_change(corpus: Path) -> None:
    before = corpus_hash([corpus])
    os.utime(corpus / "a.md", (1, 1))
    write(corpus, ".hidden.md", "# H\n")
    assert corpus_hash([corpus]) == before


def test_the_hash_is_of_the_files_not_of_the_folder_they_lie_in(
    corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    moved = tmp_path_factory.mktemp("elsewhere") / "corpus"
    before = corpus_hash([corpus])
    corpus.rename(moved)
    assert corpus_hash([moved]) == before


def test_the_hash_changes_with_content_name_and_number(corpus: Path) -> None:
    seen = [corpus_hash([corpus])]
    write(corpus, "a.md", "# A\n\nText!\n")
    seen.append(corpus_hash([corpus]))
    (corpus / "a.md").rename(corpus / "d.md")
    seen.append(corpus_hash([corpus]))
    (corpus / "b" / "c.md").rename(corpus / "c.md")
    seen.append(corpus_hash([corpus]))
    write(corpus, "e.md", "")
    seen.append(corpus_hash([corpus]))
    (corpus / "c.md").unlink()
    seen.append(corpus_hash([corpus]))
    assert len(set(seen)) == 6


def test_the_hash_does_not_depend_on_the_order_of_paths(corpus: Path) -> None:
    one, two = corpus / "a.md", corpus / "b"
    assert corpus_hash([one, two]) == corpus_hash([two, one])


def test_contents_swapped_between_two_files_change_the_hash(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "one")
    write(tmp_path, "b.md", "two")
    before = corpus_hash([tmp_path])
    write(tmp_path, "a.md", "two")
    write(tmp_path, "b.md", "one")
    assert corpus_hash([tmp_path]) != before


def test_a_file_that_cannot_be_read_does_not_stop_the_hash(corpus: Path) -> None:
    before = corpus_hash([corpus])
    (corpus / "gone.md").symlink_to(corpus / "nowhere.md")
    dangling = corpus_hash([corpus])
    write(corpus, "nowhere.md", "now it is there")
    assert len({before, dangling, corpus_hash([corpus])}) == 3


# Gaps


@pytest.mark.parametrize("lead", ["This table shows the pay.", "Pay varies; the following table lists it by country."])
def test_an_announced_table_that_is_absent_is_a_gap(tmp_path: Path, lead: str) -> None:
    gaps = document(tmp_path, f"# Guide\n\n## Pay\n\n{lead}\n\n## Next\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n").gaps
    verb = "shows" if "shows" in lead else "lists"
    assert gaps == (f"Pay: the table that it {verb} is not in the source",)


def test_an_announced_table_that_is_there_is_no_gap(tmp_path: Path) -> None:
    raw = "# Guide\n\n## Pay\n\nThis table shows the pay.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    assert document(tmp_path, raw).gaps == ()


@pytest.mark.parametrize("text", ["Everyone at the table has a say.", "Bring to the table is what counts."])
def test_a_table_that_one_sits_at_is_no_gap(tmp_path: Path, text: str) -> None:
    assert document(tmp_path, f"# Guide\n\n{text}\n").gaps == ()


@pytest.mark.parametrize("end", ["such as", "and", "or", "of the", "including"])
def test_a_text_that_breaks_off_is_a_gap(tmp_path: Path, end: str) -> None:
    raw = f"# Guide\n\n## Roles\n\n- Analyst: models data for {end}\n\n## Pay\n\nIt pays well.\n"
    [gap] = document(tmp_path, raw).gaps
    assert gap.startswith("Roles: the text breaks off after “")
    assert gap.endswith(f"{end}”")


@pytest.mark.parametrize("text", ["It pays well.", "Spark and Hadoop", "Command", "R or C++", "The R and D."])
def test_a_whole_text_is_no_gap(tmp_path: Path, text: str) -> None:
    assert document(tmp_path, f"# Tools of\n\n- {text}\n").gaps == ()


def test_a_list_item_may_end_in_a_preposition(tmp_path: Path) -> None:
    assert document(tmp_path, "# Interviews\n\n- What to look for\n- What it feels like\n").gaps == ()


def test_lists_whose_brackets_stay_open_are_one_gap_that_names_them(tmp_path: Path) -> None:
    raw = (
        "# Skills\n\n- **Training**\n- metrics (accuracy,\n- recall\n- **Reading**\n- papers (new ones …)\n"
        "- **Cloud**\n- platforms (AWS, GCP\n"
    )
    found = document(tmp_path, raw)
    assert (found.text.count("recall …)"), found.text.count("GCP …)")) == (1, 1)
    [gap] = found.gaps
    assert gap.startswith("the lists of Training (after “recall”), Cloud (after “GCP”) break off")


def test_a_text_whose_brackets_are_closed_has_no_such_gap(tmp_path: Path) -> None:
    raw = "# Skills\n\n- Training: metrics (accuracy, recall)\n- Reading: papers (old, new …)\n"
    assert document(tmp_path, raw).gaps == ()


@pytest.mark.parametrize("end", ["for", "of", "with", "to", "like"])
def test_a_sentence_of_eight_words_that_ends_in_a_preposition_is_a_gap(tmp_path: Path, end: str) -> None:
    words = "Engineers build the models that a company asks"
    assert document(tmp_path, f"# Guide\n\n{words} {end}\n").gaps == (
        f"Guide: the text breaks off after “a company asks {end}”",
    )
    assert document(tmp_path, f"# Guide\n\n{' '.join(words.split()[2:])} {end}\n").gaps == ()


def test_gaps_named_in_front_matter_stand_for_those_found(tmp_path: Path) -> None:
    raw = "---\ngaps:\n- the pay table\n---\n# Guide\n\nThis table shows the pay.\n"
    assert document(tmp_path, raw).gaps == ("the pay table",)
