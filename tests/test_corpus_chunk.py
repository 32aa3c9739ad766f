"""chunk: whole blocks of one section that fit the window, with offsets that hold."""

import itertools
import random
import re
from time import process_time

import pytest

from advisor.corpus.chunk import chunk, indexed_text
from advisor.corpus.clean import clean
from advisor.corpus.outline import after_headings, lines_of, markdown, render
from advisor.corpus.sentences import parts
from advisor.models.embedders import load_embedder
from advisor.types import Chunk, Document, Embedder

TEXT = """# Guide

Intro paragraph.

## Skills

You need these:

- Python, for most of the work.
- Git, for versions.
- SQL, for data.

## Roadmap

Step one is maths. Step two is code. Step three is models. Step four is deployment.

### Books

| Book | Author |
| --- | --- |
| Deep Learning | Goodfellow |
"""
DOCUMENT = Document("guide", "Guide", TEXT, "guide.md")


def words(text: str) -> int:
    return len(text.split()) + 2


@pytest.mark.parametrize("window", [16, 18, 24, 60])
def test_every_chunk_fits_and_is_its_span(window: int) -> None:
    for found in chunk(DOCUMENT, words, window):
        assert found.text == TEXT[found.start : found.end]
        assert words(indexed_text("Guide", found.heading_path, found.text)) <= window


def test_a_chunk_stays_in_its_section_and_knows_its_headings() -> None:
    paths = [found.heading_path for found in chunk(DOCUMENT, words, 60)]
    assert paths == [(), ("Skills",), ("Roadmap",), ("Roadmap", "Books")]


def test_a_lead_in_stays_with_its_first_item_and_items_stay_whole() -> None:
    first, *rest = [found.text for found in chunk(DOCUMENT, words, 18) if found.heading_path == ("Skills",)]
    assert first.startswith("## Skills\n\nYou need these:\n\n- Python, for most of the work.")
    assert all(line.startswith("- ") for text in rest for line in text.splitlines())


def test_a_table_head_stays_with_its_first_row() -> None:
    table = chunk(DOCUMENT, words, 60)[-1]
    assert table.text.splitlines()[:3] == ["### Books", "", "| Book | Author |"]
    assert table.text.splitlines()[-1].startswith("| Deep Learning")


def test_nothing_is_lost_however_small_the_window() -> None:
    kept = " ".join(found.text for found in chunk(DOCUMENT, words, 12))
    body = TEXT.splitlines()[1:]  # all but the title
    assert kept.split() == " ".join(body).split()


def test_one_word_longer_than_the_window_is_cut_not_lost() -> None:
    document = Document("x", "X", "# X\n\n" + "a" * 500 + "\n", "x.md")
    kept = "".join(found.text for found in chunk(document, lambda text: len(text) // 4 + 2, 30))
    assert kept == "a" * 500


def test_ids_are_stable_and_differ() -> None:
    one, again = (chunk(DOCUMENT, words, 24) for _ in range(2))
    assert [c.id for c in one] == [c.id for c in again]
    assert len({c.id for c in one}) == len(one)


# Random documents, with the packaged MiniLM's own tokens

WORDS = (
    "data model 学习 naïve skills-based e.g. 3.5 (GPU) 🙂 don’t Ph.D. https://x.org/a?b=c U.S. **b** a_b # |".split()
)
LONG = ["x" * 700, "ab-" * 300, "学" * 600, "🙂" * 300, "\u0301" * 20, "a1" * 400]


def words_of(rng: random.Random, most: int) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randrange(1, most)))


def paragraph(rng: random.Random) -> str:
    size = rng.choice([10, 40, 400])
    made = ". ".join(f"So {words_of(rng, size)}" for _ in range(rng.randrange(1, 5)))
    return rng.choice(["", "", "", "", rng.choice(LONG) + " "]) + made + rng.choice([".", ":", ""])


def random_list(rng: random.Random) -> str:
    marks = rng.choice([["-"], ["1.", "2.", "33."]])
    entries = [f"{'  ' * rng.randrange(4)}{rng.choice(marks)} {words_of(rng, 30)}" for _ in range(rng.randrange(1, 12))]
    if rng.random() < 0.2:
        entries.insert(rng.randrange(len(entries)), f"- {words_of(rng, 600)}. {paragraph(rng)}")
    return "\n".join([*[f"{words_of(rng, 8)}:\n"] * rng.randrange(2), *entries])


def table(rng: random.Random) -> str:
    rows = [f"| {words_of(rng, rng.choice([6, 6, 6, 500]))} | {rng.random()} |" for _ in range(rng.randrange(1, 9))]
    return "\n".join(["| Name | Number |", "| --- | --- |", *(row.replace(" | |", " |") for row in rows)])


def fence(rng: random.Random) -> str:
    mark = rng.choice(["```", "~~~~"])
    lines = [
        rng.choice(["# no heading", "## nor this", "", "- x", "| a |", "x = " + words_of(rng, 50)]) for _ in range(60)
    ]
    return "\n".join([f"{mark}sh", *lines[: rng.randrange(60)], mark])


def heading(rng: random.Random) -> str:
    return f"{'#' * rng.randrange(1, 7)} {words_of(rng, 6)}"


def random_document(seed: int) -> Document:
    """Return a document as reading gives it: of random Markdown, in the normal form."""
    rng = random.Random(seed)
    makers = [heading, heading, paragraph, random_list, table, fence]
    blocks = [rng.choice(makers)(rng) for _ in range(rng.randrange(1, 30))]
    text = render(markdown(clean("\n\n".join(blocks))))
    return Document(
        f"d{seed}", rng.choice(["A Title", "学习", text.split("\n")[0].lstrip("# ")[:60] or "x"]), text, "d.md"
    )


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder("minilm")


def lines_outside_code(text: str) -> list[tuple[int, str]]:
    """Return the lines that are of no code block, each with its start; an oracle of fences that all close."""
    out, at, closes = [], 0, ""
    for line in text.split("\n"):
        if closes:
            closes = "" if line == closes else closes
        elif line in ("```sh", "~~~~sh"):
            closes = line.removesuffix("sh")
        else:
            out.append((at, line))
        at += len(line) + 1
    return out


@pytest.mark.real
@pytest.mark.parametrize("seed", range(40))
def test_a_random_document_is_chunked_as_promised(embedder: Embedder, seed: int) -> None:
    document = random_document(seed)
    text = document.text
    chunks = chunk(document, embedder.count_tokens, embedder.max_tokens)
    headings = [(at, line) for at, line in lines_outside_code(text) if re.match("#{1,6} ", line)]
    in_heading = {i for at, line in headings for i in range(at, at + len(line))}
    covered = bytearray(len(text))
    for found in chunks:
        assert found.text == text[found.start : found.end] == found.text.strip() != ""
        covered[found.start : found.end] = b"\1" * len(found.text)
        below = next(i for i in range(found.start, len(text)) if i not in in_heading and not text[i].isspace())
        above = [line.lstrip("#").strip() for at, line in headings if at < below]
        assert not found.heading_path or found.heading_path[-1] == above[-1]
        inside = [at for at, _ in headings if found.start <= at < found.end]
        body = found.start + after_headings(found.text, found.heading_path)
        assert all(at < body or not found.heading_path for at in inside)  # a heading is where a section begins
        size = embedder.count_tokens(indexed_text(document.title, found.heading_path, found.text))
        assert size <= embedder.max_tokens == 256
    assert all(a.end <= b.start for a, b in itertools.pairwise(chunks))
    assert len({found.id for found in chunks}) == len(chunks)
    assert chunks == chunk(document, embedder.count_tokens, embedder.max_tokens)
    assert [i for i, sign in enumerate(text) if not (covered[i] or sign.isspace() or i in in_heading)] == []


LEFT_OUT = r"(?:\s|#{1,6} |[-*+] |\d{1,2}\. |\||--- \||Name \| Number(?= \|\n\| ---)|(?:```|~~~)~?(?:sh)?(?=\n|$))*"


@pytest.mark.real
@pytest.mark.parametrize("seed", range(40))
def test_parts_of_a_random_document_lie_where_they_say_and_leave_out_only_marks(embedder: Embedder, seed: int) -> None:
    document = random_document(seed)
    for found in chunk(document, embedder.count_tokens, embedder.max_tokens):
        left = found.start
        for part in parts(found):
            assert left <= part.start < part.end <= found.end
            assert re.fullmatch(LEFT_OUT, document.text[left : part.start]), document.text[left : part.start]
            left = part.end
        assert re.fullmatch(LEFT_OUT, document.text[left : found.end]), document.text[left : found.end]


# Hard cases


def chunks_of(embedder: Embedder, text: str, title: str = "T") -> list[Chunk]:
    """Return the chunks of a text, after a look whether each fits the window."""
    chunks = chunk(Document("d", title, text, "d.md"), embedder.count_tokens, embedder.max_tokens)
    for found in chunks:
        assert found.text == text[found.start : found.end]
        assert embedder.count_tokens(indexed_text(title, found.heading_path, found.text)) <= embedder.max_tokens
    return chunks


HARD = {
    "a paragraph of 5,000 words": "word " * 4999 + "word",
    "an item longer than the window": "- " + "One thing is this. " * 200 + "\n- Short",
    "an item without a sentence": "Take these:\n\n- " + "and " * 900 + "that",
    "a row longer than the window": "| A | B |\n| --- | --- |\n| " + "cell of it " * 300 + "| x |\n| y | z |",
    "code longer than the window": "```\n" + "# run it\nx = [1, 2]\n\n" * 90 + "```",
    "a word of 20,000 letters": "ab" * 10_000,
    "a link of 3,000 signs": "https://x.org/" + "a1/-_" * 600,
    "text without spaces": "学习机器。" * 600,
    "signs that are no tokens": "\U000f0000" * 900,
}


@pytest.mark.real
@pytest.mark.parametrize("body", HARD.values(), ids=HARD)
def test_what_is_longer_than_the_window_is_cut_and_not_lost(embedder: Embedder, body: str) -> None:
    chunks = chunks_of(embedder, f"# T\n\n## Part\n\n{body}\n")
    assert len(chunks) > 1 or embedder.count_tokens(body) < 250
    assert {found.heading_path for found in chunks} == {("Part",)}
    assert "".join("".join(found.text for found in chunks).split()) == "".join(f"## Part {body}".split())


@pytest.mark.real
def test_long_text_is_cut_into_few_chunks(embedder: Embedder) -> None:
    text = "Each of these has ten words, and so it goes. " * 400
    size = embedder.count_tokens(text)
    assert len(chunks_of(embedder, text)) <= 1.2 * size / 250 + 1
    assert len(chunks_of(embedder, text.replace(".", ""))) <= 1.5 * size / 250 + 1


def test_a_row_or_item_that_fits_is_never_cut() -> None:
    rows = [f"| {'a ' * (i % 9)}| {i} |" for i in range(60)]
    entries = [f"{'  ' * (i % 3)}- {'b ' * (i % 9)}{i}" for i in range(60)]
    text = "\n".join(["## A", "", "| X | Y |", "| --- | --- |", *rows, "", "## B", "", "They are:", "", *entries, ""])
    for window in (24, 30, 50, 90):
        chunks = chunk(Document("d", "T", text, "d.md"), words, window)
        kept = [line.strip() for found in chunks for line in found.text.splitlines() if line.strip()]
        assert kept == [line.strip() for line in text.splitlines() if line.strip()]


def test_a_code_block_that_fits_is_never_cut_and_its_signs_are_no_headings() -> None:
    code = "```\n# Install\n\n## Then run\nrun it\n```"
    text = (
        "# T\n\n## A\n\n"
        + "\n\n".join(f"Some text of it, number {i}.\n\n{code}" for i in range(9))
        + "\n\n## B\n\nEnd.\n"
    )
    chunks = chunk(Document("d", "T", text, "d.md"), words, 30)
    assert sum(found.text.count(code) for found in chunks) == 9
    assert {found.heading_path for found in chunks} == {("A",), ("B",)}


@pytest.mark.parametrize("text", ["", "\n", "# T\n", "# T\n\n## A\n\n### B\n\n## C\n"])
def test_a_document_without_a_body_has_no_chunk(text: str) -> None:
    assert chunk(Document("d", "T", text, "d.md"), words, 30) == []


@pytest.mark.parametrize("text", ["A", "A\n", "# T\nA", "\n\nA"])
def test_a_document_of_one_letter_is_one_chunk(text: str) -> None:
    [found] = chunk(Document("d", "T", text, "d.md"), words, 30)
    assert (found.text, found.heading_path) == ("A", ())


@pytest.mark.real
def test_of_headings_too_long_for_the_window_the_inner_ones_stay(embedder: Embedder) -> None:
    long, short = "many words " * 70, "Inner part"
    text = f"## {long.strip()}\n\nOne text.\n\n### {short}\n\nAnother text.\n"
    chunks = chunks_of(embedder, text)
    assert chunks[-1].heading_path == (short,)
    assert "One text." in "".join(found.text for found in chunks)
    assert [
        found for found in chunks_of(embedder, f"## {'many words ' * 400}\n\nOne text.\n") if found.heading_path
    ] == []


def test_a_line_separator_ends_no_line() -> None:
    [found] = chunk(Document("d", "T", "## A\n\nOne.\u2028## B\x0cTwo.\n", "d.md"), words, 30)
    assert found.heading_path == ("A",)


def test_ids_differ_between_documents_and_places() -> None:
    text = "## A\n\nSame.\n\n## A\n\nSame.\n"
    found = [one.id for name in ("a", "b") for one in chunk(Document(name, "T", text, "d.md"), words, 30)]
    assert len(set(found)) == 4


@pytest.mark.real
@pytest.mark.parametrize("body", ["Use it well, they say. ", "- one of the entries\n", "学习机器", "ab-"])
def test_a_megabyte_is_chunked_in_seconds(embedder: Embedder, body: str) -> None:
    text = "## A\n\n" + body * (1_000_000 // len(body.encode()))
    began = process_time()
    assert len(chunk(Document("d", "T", text, "d.md"), embedder.count_tokens, embedder.max_tokens)) > 500
    assert process_time() - began < 30


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\n```\nb\n```\nc", "01110"),
        ("```\n~~~\n```\n~~~", "1110"),
        ("````\n```\n````", "111"),
        ("```\n````\na", "110"),
        ("```sh\n```sh\n```", "111"),
        ("``\na\n``", "000"),
        ("```\na", "00"),
        ("~~~\n```\nx\n```", "0111"),
        ("", "0"),
    ],
)
def test_lines_know_their_start_and_whether_they_are_code(text: str, code: str) -> None:
    found = list(lines_of(text))
    assert "".join(str(int(of_code)) for _, _, of_code in found) == code
    assert [line for _, line, _ in found] == text.split("\n")
    assert all(text.startswith(line, at) for at, line, _ in found)


def test_headings_may_be_indented_a_little_and_hold_a_word() -> None:
    made = markdown(["   ## A", "", "x", "#####", "## **", "# "])
    assert [(block.kind, block.text) for block in made] == [("heading", "A"), ("paragraph", "x")]


def test_halves_of_a_word_that_are_more_tokens_together_are_not_joined() -> None:
    def count(text: str) -> int:
        return 2 + sum(1 + len(word) ** 2 // 90 for word in text.split())

    document = Document("d", "T", "a" * 300 + " b c", "d.md")
    chunks = chunk(document, count, 60)
    assert "".join(found.text for found in chunks).replace(" ", "") == "a" * 300 + "bc"
    assert all(count(indexed_text("T", (), found.text)) <= 60 for found in chunks)


def test_a_text_that_is_longer_than_the_sum_of_its_pieces_is_cut() -> None:
    def count(text: str) -> int:
        return 2 + len(re.findall(r"\S+| +(?=\S)", text))  # a space counts, unless it ends the text

    document = Document("d", "T", " ".join(["word"] * 30), "d.md")
    chunks = chunk(document, count, 60)
    assert [found.text for found in chunks if count(indexed_text("T", (), found.text)) > 60] == []
    assert " ".join(found.text for found in chunks) == document.text


def test_a_table_head_is_never_parted_from_its_first_row() -> None:
    for before in range(1, 40):
        text = "A b c.\n\n" * before + "| X | Y |\n| --- | --- |\n| first | row |\n| next | row |\n"
        [head] = [found.text for found in chunk(Document("d", "T", text, "d.md"), words, 40) if "| X" in found.text]
        assert "| first | row |" in head


def test_fences_that_never_close_take_no_time_that_grows_with_their_square() -> None:
    began = process_time()
    assert not any(code for _, _, code in lines_of("```sh\n" * 60_000))
    assert process_time() - began < 20
