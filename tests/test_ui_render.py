"""ui.render: answers and passages become HTML in which nothing that was read or typed is markup."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from advisor.answer.decide import refusal
from advisor.answer.run import compose
from advisor.types import Answer, Chunk, Citation, Hit, Kind, Passage, Sentence, Trace
from advisor.ui import render

TEXT = "Learn Python.\nThen learn Git & <b>SQL</b>."
HOSTILE = ("<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "**bold** _it_ `code` $$x$$", "a\n\n# b\n- c")


class Page(HTMLParser):
    """What a browser makes of the HTML: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inside: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)
        self.inside.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag in set(self._open):
            self.inside[tag][-1] += data

    def values(self, tag: str, name: str) -> list[str | None]:
        return [attributes[name] for each, attributes in self.tags if each == tag and name in attributes]


def passage(n: int = 1, text: str = TEXT, start: int = 100) -> Passage:
    chunk = Chunk(f"c{n}", "guide", ("Skills", "Tools"), start, start + len(text), text)
    return Passage(n, chunk, "The guide", "A blog", 1.0, (Hit(f"c{n}", 1.0, 2, "bm25"),))


def sentence(text: str, *spans: tuple[int, int, int]) -> Sentence:
    return Sentence(
        text, tuple(Citation(n, f"c{n}", "guide", start, end) for n, start, end in spans), float(bool(spans))
    )


def answer(
    *sentences: Sentence, kind: Kind = "answer", text: str = "", passages: int = 2, rewritten: str = "q"
) -> Answer:
    citations = tuple(citation for one in sentences for citation in one.citations)
    trace = Trace(rewritten, "answer/v2", "tiny", {"retrieve": 0.5, "first_sentence": 9.0, "generate": 1.0})
    held = tuple(passage(n) for n in range(1, passages + 1))
    return Answer("q", text or " ".join(one.text for one in sentences), sentences, citations, held, kind, trace)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_reads_as_it_was_written_and_holds_no_markup(text: str) -> None:
    html = render.escaped(text)
    page = Page(html)
    assert (page.text, page.tags) == (text, [])
    assert not set(html) & set("<>*_`[]$\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_every_piece_is_one_line_that_starts_with_a_block(text: str) -> None:
    held = Passage(1, Chunk("c1", "d", (text,), 0, len(text), text), text, text, 1.0)
    said = sentence(text, (1, 0, len(text)))
    whole = Answer(text, text, (said,), said.citations, (held,), "answer", Trace(text, "answer/v2", "tiny"))
    for html in (render.question(text), render.problem(text), render.note(text), render.whole("a0", whole)):
        assert html.startswith(("<div", "<p"))
        assert "\n" not in html
        assert not {tag for tag, _ in Page(html).tags} & {"img", "script", "h1"}
        assert all(str(link).startswith("#a0-") for link in Page(html).values("a", "href"))


def test_a_citation_opens_the_marked_span_of_its_own_answer() -> None:
    html = render.whole("a7", answer(sentence("Learn Python.", (2, 100, 113)), sentence("Then Git.", (1, 114, 128))))
    page = Page(html)
    links = page.values("a", "href")
    assert links == ["#a7-p2-100", "#a7-p1-114"]
    assert page.inside["a"] == ["[2]", "[1]"]
    assert {str(link)[1:] for link in links} == set(page.values("mark", "id"))
    assert page.inside["mark"] == ["Then learn Git", "Learn Python."]  # passages are shown in their order
    assert page.values("details", "id") == ["a7-p1", "a7-p2"]


def test_a_passage_shows_title_heading_path_and_source() -> None:
    text = Page(render.sources("a0", [passage()], [])).text
    assert "[1] The guideSkills › Tools" in text
    assert "Source: A blog" in text
    assert "Why this passage: BM25 rank 2 (score 1.00)" in text


def test_why_a_passage_was_read_is_its_rank_and_score_in_each_stage() -> None:
    hits = tuple(Hit("c1", score, rank, stage) for score, rank, stage in ((7.125, 3, "bm25"), (0.5, 1, "dense")))
    read = replace(passage(), stages=(*hits, Hit("c1", 0.031, 1, "fused")))
    why = "BM25 rank 3 (score 7.12) · embeddings rank 1 (score 0.50) · both fused rank 1 (score 0.03)"
    assert f"Why this passage: {why}" in Page(render.sources("a0", [read], [])).text
    assert (
        "Why this passage: the list goes on here"
        in Page(render.sources("a0", [replace(passage(), stages=())], [])).text
    )


def test_passages_are_folded_the_cited_ones_and_the_others_behind_one_line_each() -> None:
    html = render.whole("a0", answer(sentence("Learn Python.", (2, 100, 113)), passages=3))
    before, cited, others = html.split('<details class="passages">')
    assert "<details" not in before
    assert Page(f"<div><details>{cited}</div>").values("details", "id") == ["a0-p2"]
    assert Page(f"<div><details>{cited}</div>").inside["summary"][0] == "1 passage cited"
    assert Page(f"<div><details>{others}").values("details", "id") == ["a0-p1", "a0-p3"]
    assert Page(f"<div><details>{others}").inside["summary"][0] == "2 passages read, not cited"
    assert " open" not in html


def test_where_all_passages_are_cited_or_none_there_is_one_line() -> None:
    cited = render.whole("a0", answer(sentence("Both.", (1, 100, 113), (2, 100, 113))))
    assert Page(cited).inside["summary"][0] == "2 passages cited"
    assert "not cited" not in cited
    assert Page(render.sources("a0", [passage()], [])).inside["summary"][0] == "1 passage read, not cited"
    assert render.sources("a0", [], []) == ""


def test_a_sentence_cites_each_passage_once() -> None:
    page = Page(render.growing("a0", [sentence("Both.", (2, 114, 120), (1, 100, 105), (2, 100, 105))], [passage()]))
    assert page.inside["a"] == ["[2]", "[1]"]
    assert page.values("a", "href") == ["#a0-p2-114", "#a0-p1-100"]


def test_a_sentence_that_is_not_backed_is_marked() -> None:
    html = render.whole("a0", answer(sentence("Learn Python.", (1, 100, 113)), sentence("Learn Cobol.")))
    assert Page(html).values("span", "class")[:2] == ["backed", "unbacked"]
    assert Page(html).inside["em"] == ["not backed by the documents"]
    assert "1 of 2 sentences backed · tiny, answer/v2 · 1.5 s" in Page(html).text


def test_a_list_is_led_by_a_paragraph_and_its_items_keep_their_depth() -> None:
    cited = (Citation(1, "c1", "d", 100, 105),)
    said = (
        Sentence("Tools:", cited, 1.0),
        Sentence("Git", cited, 1.0, depth=1),
        Sentence("branches", cited, 1.0, depth=2),
    )
    page = Page(render.whole("a0", answer(*said)))
    assert page.inside["p"][0] == "Tools:[1]"
    assert page.inside["li"] == ["Git[1]", "branches[1]"]
    assert page.values("li", "class") == ["depth1", "depth2"]


@pytest.mark.parametrize("kind", ["answer", "abstain"])
def test_the_line_above_says_how_the_question_was_understood_and_can_be_changed_where_it_can_be_asked(
    kind: Kind,
) -> None:
    said = [sentence("Learn Python.", (1, 100, 113))] if kind == "answer" else []
    found = answer(*said, kind=kind, text="Told.", rewritten="what <next>?")
    page = Page(render.whole("a0", found, live=True))
    assert page.text.startswith("Understood as: what <next>? Change")
    assert page.inside["q"] == ["what <next>?"]
    assert page.values("button", "class") == ["reword"]
    plain = Page(render.whole("a0", found))
    assert plain.inside["q"] == ["what <next>?"]
    assert "button" not in plain.inside
    assert "Understood" not in render.whole("a0", answer(*said, kind=kind, text="Told."), live=True)


@pytest.mark.parametrize("kind", ["abstain", "smalltalk"])
def test_a_refusal_and_small_talk_look_like_themselves(kind: Kind) -> None:
    page = Page(render.whole("a0", answer(kind=kind, text="No such thing.", passages=0)))
    assert page.values("p", "class") == [kind]
    assert page.text == "No such thing."


def test_a_refusal_shows_what_it_quotes_with_its_citations_between_its_own_words() -> None:
    held = answer(sentence("A PhD is optional.", (1, 100, 118)), kind="abstain")
    why = ["Why.", "What they say of the rest:", compose(held.sentences)]
    text = refusal("q", why, ("What is SQL?",))
    for live in (True, False):
        page = Page(render.whole("a0", replace(held, text=text, offers=("What is SQL?",)), live=live))
        assert page.values("p", "class")[:3] == ["abstain", "answer", "abstain"]
        before, quoted, after = page.inside["p"][:3]
        assert before.endswith("What they say of the rest:")
        assert quoted == "A PhD is optional.[1]"
        assert after.startswith("Questions that they do answer:")
        assert "What is SQL?" in page.text
    bare = Page(render.whole("a0", replace(held, text=refusal("q", why, ()))))
    assert bare.values("p", "class")[:2] == ["abstain", "answer"]
    assert bare.inside["p"][1] == "A PhD is optional.[1]"


def refused(*offers: str) -> Answer:
    return Answer("q", refusal("q", ["Why."], offers), (), (), (), "abstain", Trace("q", "", ""), offers)


def test_what_a_refusal_offers_is_a_button_where_it_can_be_asked_and_a_line_of_its_text_elsewhere() -> None:
    page = Page(render.whole("a0", refused("What is SQL?", "What is Git?"), live=True))
    assert page.inside["button"] == ["What is SQL?", "What is Git?"]
    assert page.values("button", "class") == ["offer"] * 2
    assert page.values("button", "type") == ["button"] * 2
    assert page.inside["p"][0].splitlines()[1:] == ["Why.", "Questions that they do answer:"]
    plain = Page(render.whole("a0", refused("What is SQL?", "What is Git?"), blind=True))
    assert plain.text.splitlines()[-2:] == ["- What is SQL?", "- What is Git?"]
    assert {"button", "ul"}.isdisjoint(tag for tag, _ in plain.tags)


def test_a_refusal_that_offers_nothing_has_no_list() -> None:
    assert render.whole("a0", refused(), live=True) == render.whole("a0", refused())


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_offered_holds_no_markup(text: str) -> None:
    html = render.whole("a0", refused(text), live=True)
    page = Page(html)
    assert page.inside["button"] == [text]
    assert "\n" not in html
    assert [tag for tag, _ in page.tags] == ["div", "p", "ul", "li", "button"]


def test_what_can_be_asked_next_is_a_button_each_after_everything_else() -> None:
    said = sentence("Learn Python.", (1, 100, 113))
    html = render.whole("a0", answer(said), live=True, made_with={"model": "tiny"}, ahead=["Why?", "How?"])
    head, next_ones = html.split('<p class="note">Ask next:</p>')
    assert "How this answer was made" in head
    page = Page(f"<div>{next_ones}")
    assert page.inside["button"] == ["Why?", "How?"]
    assert page.values("ul", "class") == ["offers nexts"]
    assert page.values("button", "class") == ["offer"] * 2
    assert "Ask next" not in render.whole("a0", answer(said), live=True)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_can_be_asked_next_and_what_was_understood_hold_no_markup(text: str) -> None:
    said = sentence("Learn Python.", (1, 100, 113))
    html = render.whole("a0", answer(said, rewritten=text), live=True, made_with={"model": text}, ahead=[text])
    page = Page(html)
    assert page.inside["button"] == ["Change", text]
    assert page.inside["q"] == [text]
    assert page.inside["dd"][0] == text
    assert "\n" not in html
    assert not {tag for tag, _ in page.tags} & {"img", "script", "h1", "code", "strong"}


def test_how_an_answer_was_made_is_told_where_the_settings_are() -> None:
    said = sentence("Learn Python.", (1, 100, 113))
    found = answer(said)
    trace = replace(found.trace, tokens={"prompt": 90, "generated": 7}, dropped=("Lie.", "Lie 2."), confidence=0.875)
    page = Page(render.whole("a0", replace(found, trace=trace), made_with={"model": "tiny", "passages": 6}))
    assert dict(zip(page.inside["dt"], page.inside["dd"], strict=True)) == {
        "Model": "tiny",
        "Passages": "6",
        "Seconds": "retrieve 0.50, first sentence 9.00, generate 1.00",
        "Tokens": "90 prompt, 7 generated",
        "Sure that the documents hold it": "0.88 of 1",
        "Sentences of the model left out": "2, since no passage backs them",
    }
    bare = Page(render.whole("a0", found, made_with={"model": "tiny"}))
    assert bare.inside["dt"] == ["Model", "Seconds", "Sure that the documents hold it"]


def test_how_it_was_made_is_not_told_blind_or_without_settings() -> None:
    found = answer(sentence("Learn Python.", (1, 100, 113)))
    for html in (render.whole("a0", found), render.whole("a0", found, blind=True, made_with={"model": "tiny"})):
        assert "made" not in Page(html).values("details", "class")
        assert "How this answer was made" not in html
    assert "tiny" not in render.whole("a0", found, blind=True, made_with={"model": "tiny"})


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_told_of_an_answer_that_is_not_whole_is_text(text: str) -> None:
    html = render.plain(text)
    page = Page(html)
    assert (page.text, [tag for tag, _ in page.tags]) == (text, ["div", "p"])
    assert "\n" not in html
    assert page.values("div", "class") == ["reply"]  # and not a whole one, which has thumbs
    assert render.plain("") == ""


def test_nothing_is_shown_before_the_first_sentence() -> None:
    assert render.growing("a0", [], [passage()]) == ""
    assert render.note("") == ""


@pytest.mark.parametrize(
    ("spans", "marks"),
    [
        ({100: 105}, ["Learn"]),
        ({100: 113, 106: 118}, ["Learn Python.", "\nThen"]),
        ({100: 118, 106: 112}, ["Learn Python.\nThen", ""]),
        ({90: 105}, ["Learn"]),
        ({129: 999}, ["& <b>SQL</b>."]),
        ({}, []),
    ],
)
def test_spans_are_marked_and_the_text_stays_whole(spans: dict[int, int], marks: list[str]) -> None:
    page = Page(render.marked(TEXT, 100, spans, "p"))
    assert page.text == TEXT
    assert page.inside.get("mark", []) == marks
    assert page.values("mark", "id") == [f"p-{start}" for start in sorted(spans)]
