"""serve.completions: OpenAI's own client gets the program's own answers, whole or in sentences, and clear errors.

The pipeline, the line and the server are real; the model is not.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from queue import Queue
from typing import Any, Literal, cast

import httpx
import openai
import pytest
import uvicorn
from fakes import FakeEmbedder, FakeGenerator
from fastapi import FastAPI, Request
from test_answer_pipeline import GREEK, GUIDE, PAY, PLATFORMS

from advisor import jsonl
from advisor.answer.pipeline import Advisor
from advisor.answer.retrieve import Search
from advisor.answer.run import compose
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.errors import ModelError
from advisor.index import store
from advisor.prompts import library
from advisor.serve import asked, completions
from advisor.serve.line import Line
from advisor.types import Answer, Event, Prompt, Retrieved, Sentence, Trace, Turn

QUESTIONS = (PAY, PLATFORMS, "What does Git keep?", "Which bananas ripen soonest?", "Hello!", "thanks", "What?")
PAIRS = (("tiny", "answer/v2"), ("tiny", "answer/v1"), ("other", "answer/v2"))
IDS = ["tiny", "tiny@answer/v2", "tiny@answer/v1", "other", "other@answer/v2"]
REPLY = "A data engineer earns ₹900,000 a year in India. Bananas are yellow."
SAID = 9  # words, after which the first sentence is known to be whole
SECONDS = 20.0  # after which something counts as stuck


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    folder = tmp_path_factory.mktemp("served")
    (folder / "notes").mkdir()
    (folder / "notes" / "guide.md").write_text(GUIDE)
    documents, embedder = read([folder / "notes"]).documents, FakeEmbedder()
    chunks = [piece for each in documents for piece in chunk(each, embedder.count_tokens, 60)]
    index = store.build(documents, chunks, embedder, folder / "index", store.Origin((str(folder),), "fingerprint"))
    return Search(index, embedder, Config())


class Gated(FakeGenerator):
    """Says its first sentence, then a word whenever it is let, without an end; notes when it begins and has ended."""

    def __init__(self) -> None:
        super().__init__(f"{REPLY}{' and so on' * 10_000}")
        self.began, self.gate, self.ended = threading.Event(), threading.Semaphore(0), threading.Event()

    def stream(self, prompt: Prompt) -> Iterator[str]:
        self.began.set()
        with closing(super().stream(prompt)) as words:
            try:
                for place, word in enumerate(words):
                    if place > SAID:
                        self.gate.acquire(timeout=SECONDS)
                    yield word
            finally:
                self.ended.set()


class Served:
    """A server on a port of its own: its line, what it was asked for, and the advisors that it hands out."""

    def __init__(self, search: Search, generator: FakeGenerator) -> None:
        self.search, self.generator = search, generator
        self.line = Line()
        self.picked: list[tuple[str, str]] = []
        self.people: dict[str, str] = {}  # keys to people; without any, everybody is let in
        self.error: ModelError | None = None
        self.unbacked: Literal["drop", "mark"] = "drop"
        self.instead: Advisor | None = None
        self.url = ""

    def make(self, model: str, prompt: str) -> Advisor:
        self.picked.append((model, prompt))
        return self.instead or Advisor(
            self.search, library.load(prompt), self.load, Config(prompt=prompt, unbacked=self.unbacked)
        )

    def load(self) -> FakeGenerator:
        if self.error:
            raise self.error
        return self.generator

    def who(self, request: Request) -> str | None:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.people.get(key) if self.people else key

    def client(self, key: str = "k") -> openai.OpenAI:
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0, timeout=SECONDS)


@contextmanager
def running(served: Served) -> Iterator[Served]:
    app = FastAPI()
    app.include_router(completions.router(served.make, lambda: PAIRS, served.line, served.who))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        served.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield served
        finally:
            served.line.close()
            server.should_exit = True
            thread.join(SECONDS)
    assert not thread.is_alive()


@pytest.fixture
def served(search: Search) -> Iterator[Served]:
    with running(Served(search, FakeGenerator(REPLY))) as found:
        yield found


@pytest.fixture
def gated(search: Search) -> Iterator[Served]:
    with running(Served(search, Gated())) as found:
        found.unbacked = "mark"  # nothing that it says makes the program stop it
        yield found


def user(*texts: str) -> list[Any]:
    """Return what a person said, one text after the other, each answered with a word."""
    said = [{"role": role, "content": text} for text in texts for role, text in (("user", text), ("assistant", "Ok."))]
    return said[:-1]


def test_the_client_gets_what_the_advisor_says(served: Served) -> None:
    with served.client() as client:
        for question in QUESTIONS:
            found = client.chat.completions.create(model="tiny", messages=user(question), temperature=0.3, max_tokens=9)
            own = served.make(*PAIRS[0]).ask(question)
            told = jsonl.answer(own)
            assert found.choices[0].message.content == own.text
            assert (found.choices[0].finish_reason, found.object, found.model) == ("stop", "chat.completion", "tiny")
            assert found.model_extra is not None
            assert found.model_extra["advisor"] == {name: told[name] for name in completions._TOLD}
            assert found.usage is not None
            assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (
                own.trace.tokens.get("prompt", 0),
                own.trace.tokens.get("generated", 0),
            )
            assert found.usage.total_tokens == found.usage.prompt_tokens + found.usage.completion_tokens
    assert {served.make(*PAIRS[0]).ask(question).kind for question in QUESTIONS} == {"answer", "abstain", "smalltalk"}


@pytest.mark.parametrize("with_usage", [False, True])
def test_a_streamed_answer_is_the_whole_one_in_pieces(served: Served, with_usage: bool) -> None:
    with served.client() as client:
        for question in QUESTIONS:
            own = served.make(*PAIRS[0]).ask(question)
            options = {"stream_options": {"include_usage": True}} if with_usage else {}
            chunks = list(client.chat.completions.create(model="tiny", messages=user(question), stream=True, **options))
            choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
            pieces = [choice.delta.content or "" for choice in choices]
            assert "".join(pieces) == own.text
            assert sum(map(bool, pieces)) == max(1, len(own.sentences))
            assert choices[0].delta.role == "assistant"
            assert [choice.finish_reason for choice in choices] == [None] * (len(choices) - 1) + ["stop"]
            assert {(chunk.id, chunk.object, chunk.model) for chunk in chunks} == {
                (chunks[0].id, "chat.completion.chunk", "tiny")
            }
            last = chunks[-2] if with_usage else chunks[-1]
            told = jsonl.answer(own)
            assert last.model_extra == {"advisor": {name: told[name] for name in completions._TOLD}}
            assert [chunk.usage is not None for chunk in chunks] == [False] * (len(chunks) - 1) + [with_usage]
            if with_usage:
                assert chunks[-1].usage.completion_tokens == own.trace.tokens.get("generated", 0)


def test_a_stream_is_events_of_one_line_and_ends_with_done(served: Served) -> None:
    body = {"model": "tiny", "messages": user(PLATFORMS), "stream": True, "stream_options": {"include_usage": True}}
    with httpx.Client(base_url=served.url) as client:
        found = client.post("/v1/chat/completions", json=body)
    assert found.headers["content-type"].startswith("text/event-stream")
    *events, end = found.text.split("\n\n")
    assert (events[-1], end) == ("data: [DONE]", "")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-1]]
    assert all(event.startswith("data: ") and "\n" not in event for event in events)
    assert all(chunk["usage"] is None for chunk in chunks[:-1])
    assert chunks[-1]["choices"] == []


def test_earlier_messages_are_the_history_and_the_system_s_are_ignored(served: Served) -> None:
    turns = (Turn("user", "What does Git keep?"), Turn("assistant", "Ok."), Turn("user", "And Docker?"))
    with served.client() as client:
        messages = [{"role": "system", "content": "Speak of bananas."}, *user(*(t.text for t in turns[::2]))]
        found = client.chat.completions.create(model="tiny", messages=[*messages, {"role": "developer", "content": []}])
        own = served.make(*PAIRS[0]).ask(turns[-1].text, turns[:-1])
        assert own.trace.rewritten != turns[-1].text
        assert found.model_extra is not None
        assert found.model_extra["advisor"]["rewritten"] == own.trace.rewritten
        assert found.choices[0].message.content == own.text
        alone = client.chat.completions.create(model="tiny", messages=user(turns[-1].text))
        assert alone.model_extra is not None
        assert alone.model_extra["advisor"]["rewritten"] == turns[-1].text


def test_a_message_may_come_in_parts_of_text(served: Served) -> None:
    parts = [{"type": "text", "text": text} for text in ("What does a data engineer", "earn in India?")]
    with served.client() as client:
        found = client.chat.completions.create(model="tiny", messages=[{"role": "user", "content": parts}])
    assert found.model_extra is not None
    assert found.model_extra["advisor"]["kind"] == "answer"
    assert served.generator.prompts[-1].messages[-1].text.count("earn in India") >= 1


def test_a_model_s_id_names_its_prompt_or_stands_for_its_first(served: Served) -> None:
    with served.client() as client:
        assert [model.id for model in client.models.list()] == IDS
        for name, pair in zip(IDS, (PAIRS[0], *PAIRS[:2], *[PAIRS[2]] * 2), strict=True):
            assert client.models.retrieve(name).id == name
            client.chat.completions.create(model=name, messages=user(PAY))
            assert served.picked[-1] == pair
            assert served.generator.prompts[-1].name == pair[1]
        for ask in (
            lambda: client.chat.completions.create(model="tiny@answer/v9", messages=user(PAY)),
            lambda: client.chat.completions.create(model="tiny@answer/v9", messages=user(PAY), stream=True),
            lambda: client.models.retrieve("tiny@answer/v9"),
        ):
            with pytest.raises(openai.NotFoundError) as fault:
                ask()
            assert fault.value.code == "model_not_found"
            assert f'there is no model "tiny@answer/v9"; there are {", ".join(IDS)}' in str(fault.value)


IMAGE = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]
BAD: dict[str, tuple[dict[str, object], str]] = {
    "no model": ({"model": None}, "model must be a string, found null"),
    "no messages": ({"messages": None}, "messages must be a list, found null"),
    "none at all": ({"messages": []}, "the last message must be the user's"),
    "only a system's": ({"messages": [{"role": "system", "content": "x"}]}, "the last message must be the user's"),
    "an answer last": ({"messages": [*user("a"), {"role": "assistant", "content": "b"}]}, "must be the user's"),
    "a word": ({"messages": ["x"]}, r'messages\[0\] must be an object with a role .*, found "x"'),
    "a tool's": ({"messages": [{"role": "tool", "content": "x"}]}, r"messages\[0\] must be an object with a role"),
    "a list for a role": ({"messages": [{"role": ["user"], "content": "x"}]}, r"messages\[0\] must be an object"),
    "no content": ({"messages": [{"role": "user"}]}, r"messages\[0\]\.content must be text, found null"),
    "a number": ({"messages": [{"role": "user", "content": 7}]}, r"messages\[0\]\.content must be text, found 7"),
    "an image": ({"messages": [{"role": "user", "content": IMAGE}]}, r"must be text, found \[{.*…; nothing else"),
    "nothing": ({"messages": user(" \n")}, "the question is empty"),
    "no parts": ({"messages": [{"role": "user", "content": []}]}, "the question is empty"),
    "too much": ({"messages": user("a" * (asked.LONGEST + 1))}, f"{asked.LONGEST + 1} characters, more than"),
    "half a character": ({"messages": user("\ud800 x")}, "half a character"),
    "two answers": ({"n": 2}, "n=2 is not supported"),
    "tools": ({"tools": [{"type": "function"}]}, r"tools=\[.* is not supported"),
    "JSON": ({"response_format": {"type": "json_object"}}, "response_format=.* is not supported"),
    "a word for a truth": ({"stream": "yes"}, 'stream must be true or false, found "yes"'),
}


@pytest.mark.parametrize("case", BAD)
def test_what_there_is_not_is_told_with_status_400(served: Served, case: str) -> None:
    more, message = BAD[case]
    body = json.dumps({"model": "tiny", "messages": user(PAY), **more})
    with httpx.Client(base_url=served.url) as client:
        found = client.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    error = found.json()["error"]
    assert (found.status_code, error["type"]) == (400, "invalid_request_error")
    assert set(error) == {"message", "type", "param", "code"}
    with pytest.raises(ValueError, match=message):
        raise ValueError(error["message"])
    assert served.picked == []


def test_what_changes_nothing_is_taken(served: Served) -> None:
    more = {"n": 1, "tools": [], "response_format": {"type": "text"}, "logprobs": False, "seed": 1, "made_up": {}}
    body = {"model": "tiny", "messages": user("a" * asked.LONGEST), **more}
    with httpx.Client(base_url=served.url) as client:
        assert client.post("/v1/chat/completions", json=body).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_told(served: Served, body: bytes) -> None:
    with httpx.Client(base_url=served.url, headers={"Content-Type": "application/json"}) as client:
        found = client.post("/v1/chat/completions", content=body)
    assert found.status_code == 400
    assert found.json()["error"]["message"].startswith("the body is not ")


def test_too_large_a_body_and_one_that_is_not_called_json_are_not_read(served: Served) -> None:
    body = json.dumps({"model": "tiny", "messages": user(PAY), "user": "x" * completions.BODY})
    with httpx.Client(base_url=served.url) as client:
        found = client.post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
        assert (found.status_code, "more than the 1 MB" in found.json()["error"]["message"]) == (413, True)
        for kind in ({"Content-Type": "text/plain"}, {}):
            found = client.post("/v1/chat/completions", content=b"{}", headers=kind)
            assert (found.status_code, "application/json" in found.json()["error"]["message"]) == (415, True)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/chat/completions"), ("POST", "/v1/embeddings"), ("GET", "/v1/")]
)
def test_what_is_not_served_is_told_in_the_same_shape(served: Served, method: str, path: str) -> None:
    with httpx.Client(base_url=served.url) as client:
        found = client.request(method, path)
    assert found.status_code == 404
    assert found.json()["error"]["message"].startswith(f"there is no {method} {path}; there are POST /v1/chat")


def test_whoever_is_not_known_is_let_in_nowhere(served: Served) -> None:
    served.people = {"right": "ann"}
    calls: list[Callable[[openai.OpenAI], object]] = [
        lambda client: client.models.list(),
        lambda client: client.models.retrieve("tiny"),
        lambda client: client.chat.completions.create(model="tiny", messages=user(PAY)),
        lambda client: client.chat.completions.create(model="tiny", messages=user(PAY), stream=True),
        lambda client: client.get("/line", cast_to=httpx.Response),
        lambda client: client.get("/other", cast_to=httpx.Response),
    ]
    for call in calls:
        with served.client("wrong") as client, pytest.raises(openai.AuthenticationError) as fault:
            call(client)
        assert fault.value.code == "invalid_api_key"
    assert served.picked == []
    with served.client("right") as client:
        assert client.chat.completions.create(model="tiny", messages=user(PAY)).choices


@pytest.mark.parametrize("stream", [False, True])
def test_what_a_person_can_mend_is_told_with_status_503(served: Served, stream: bool) -> None:
    served.error = ModelError("there is no model at x; run: advisor models")
    with served.client() as client, pytest.raises(openai.InternalServerError) as fault:
        client.chat.completions.create(model="tiny", messages=user(PAY), stream=stream)
    assert fault.value.status_code == 503
    assert fault.value.body == {
        "message": "there is no model at x; run: advisor models",
        "type": "server_error",
        "param": None,
        "code": None,
    }
    assert fault.value.response.headers["x-should-retry"] == "false"
    served.error = None
    with served.client() as client:
        assert client.chat.completions.create(model="tiny", messages=user(PAY)).choices


class Breaking(FakeGenerator):
    """Says its first sentence, then fails in one way or another."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(REPLY)
        self.fault = fault

    def stream(self, prompt: Prompt) -> Iterator[str]:
        for place, word in enumerate(super().stream(prompt)):
            if place > SAID:
                raise self.fault
            yield word


def test_what_breaks_off_in_a_stream_is_told_in_it(search: Search) -> None:
    with running(Served(search, Breaking(ModelError("the server went away")))) as served, served.client() as client:
        got: list[str] = []
        with pytest.raises(openai.APIError, match="the server went away"):
            got += (
                chunk.choices[0].delta.content or ""
                for chunk in client.chat.completions.create(model="tiny", messages=user(PAY), stream=True)
            )
        with pytest.raises(openai.InternalServerError, match="the server went away"):
            client.chat.completions.create(model="tiny", messages=user(PAY))
        assert served.line.join("next").has_turn


@pytest.mark.parametrize("stream", [False, True])
def test_a_bug_is_told_without_its_traceback_which_the_log_has(
    search: Search, stream: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: Queue[str] = Queue()
    monkeypatch.setattr(threading, "excepthook", lambda fault: logged.put(str(fault.exc_value)))
    with running(Served(search, Breaking(ZeroDivisionError("secret")))) as served, served.client() as client:
        with pytest.raises(openai.APIError, match="something went wrong; the server's log says what") as fault:
            list(client.chat.completions.create(model="tiny", messages=user(PAY), stream=stream))
        assert "secret" not in f"{fault.value!r}{fault.value.body}"
        assert logged.get(timeout=SECONDS) == "secret"
        assert served.line.join("next").has_turn


def gate(served: Served) -> Gated:
    assert isinstance(served.generator, Gated)
    return served.generator


def until_waiting(line: Line, who: str, many: int) -> None:
    with line._changed:
        assert line._changed.wait_for(lambda: line.waiting_of(who) == many, SECONDS)


def post(served: Served, stream: bool) -> socket.socket:
    """Ask over a bare connection, and return it."""
    body = json.dumps({"model": "tiny", "messages": user(PAY), "stream": stream}).encode()
    sock = socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), SECONDS)
    head = (
        "POST /v1/chat/completions HTTP/1.1",
        "Host: x",
        "Content-Type: application/json",
        "Authorization: Bearer k",
    )
    sock.sendall("\r\n".join((*head, f"Content-Length: {len(body)}", "", "")).encode() + body)
    return sock


@pytest.mark.parametrize("stream", [False, True])
def test_whoever_goes_away_stops_the_model_and_frees_the_line(gated: Served, stream: bool) -> None:
    sock, model = post(gated, stream), gate(gated)
    assert model.began.wait(SECONDS)
    with gated.line.join("next") as place:
        assert next(place.wait()) == 1
        sock.close()
        for _ in range(100):  # a word at a time: it is at one of them that it is stopped
            model.gate.release()
            if model.ended.wait(0.05):
                break
        assert model.closed == 1
        assert list(place.wait()) in ([], [1])
        assert place.has_turn
    assert model.usage is not None
    assert model.usage.finish == "stopped"


def test_whoever_goes_away_while_waiting_leaves_the_line(gated: Served) -> None:
    with gated.line.join("me"):
        sock = post(gated, False)
        until_waiting(gated.line, "k", 1)
        sock.close()
        until_waiting(gated.line, "k", 0)
    assert gated.picked == []
    assert not gate(gated).began.is_set()


class Talkative:
    """An advisor whose sentences are larger than what a connection holds that nobody reads."""

    def stream(self, question: str, history: Sequence[Turn], stopped: Callable[[], bool]) -> Iterator[Event]:
        yield Retrieved(question, ())
        said = tuple(Sentence("x" * 4_000_000, (), 0.0) for _ in range(8))
        for sentence in said:
            assert not stopped()
            yield sentence
        yield Answer(question, compose(said), said, (), (), "answer", Trace(question, "answer/v2", "tiny"))


def test_whoever_does_not_read_holds_neither_the_model_nor_the_line(served: Served) -> None:
    served.instead = cast(Advisor, Talkative())
    body = {"model": "tiny", "messages": user(PAY), "stream": True}
    with httpx.stream("POST", f"{served.url}/v1/chat/completions", json=body, timeout=SECONDS) as found:
        with served.line.join("next") as place:
            assert list(place.wait()) in ([], [1])
            assert place.has_turn  # given back, though next to nothing was read
        events = [line.removeprefix("data: ") for line in found.iter_lines() if line.startswith("data: {")]
    text = "".join(json.loads(event)["choices"][0]["delta"].get("content", "") for event in events)
    assert text == " ".join(["x" * 4_000_000] * 8)


def test_a_person_with_many_questions_holds_nobody_and_may_have_so_many_waiting(gated: Served) -> None:
    order: list[str] = []
    done = threading.Semaphore(0)

    def ask(who: str) -> None:
        with gated.client(who) as client:
            client.chat.completions.create(model="tiny", messages=user("What does Git keep?"))
            order.append(who)
        done.release()

    with gated.line.join("watch") as first, gated.line.join("watch") as watch:
        assert first.has_turn
        for who, many in (("busy", completions.WAITING), ("quick", 1)):
            for _ in range(many):
                threading.Thread(target=ask, args=(who,), daemon=True).start()
            until_waiting(gated.line, who, many)
        assert next(watch.wait()) == 3  # the turn that is out, and the first question of each
        with gated.client("busy") as client, pytest.raises(openai.RateLimitError, match="32 questions of yours"):
            client.chat.completions.create(model="tiny", messages=user(PAY))
        gated.unbacked = "drop"  # every answer ends after its first sentence now
    for _ in range(completions.WAITING + 1):
        assert done.acquire(timeout=SECONDS)
    assert "quick" in order[:3]


def test_a_closed_line_ends_the_answers_and_what_waits(gated: Served) -> None:
    with gated.client("a") as client:
        chunks = client.chat.completions.create(model="tiny", messages=user(PAY), stream=True)
        told = next(chunks).choices[0].delta.content
        faults: Queue[openai.APIError] = Queue()

        def wait() -> None:
            with gated.client("b") as other:
                try:
                    other.chat.completions.create(model="tiny", messages=user(PAY))
                except openai.APIError as fault:
                    faults.put(fault)

        threading.Thread(target=wait, daemon=True).start()
        until_waiting(gated.line, "b", 1)
        gated.line.close()
        gate(gated).gate.release(5)
        assert "the server is being stopped" in str(faults.get(timeout=SECONDS))
        assert told == ""
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks).startswith("A data engineer earns")
    assert gate(gated).ended.is_set()


def test_answers_made_at_once_are_not_mixed_up(served: Served) -> None:
    words = [word for word in GREEK for _ in range(3)]
    found: Queue[tuple[str, str | None]] = Queue()

    def ask(word: str) -> None:
        with served.client(word) as client:
            said = client.chat.completions.create(model="tiny", messages=user(f"What does {word} matter?"))
            found.put((word, said.choices[0].message.content))

    for word in words:
        threading.Thread(target=ask, args=(word,), daemon=True).start()
    got = sorted(found.get(timeout=SECONDS) for _ in words)
    own = {word: served.make(*PAIRS[0]).ask(f"What does {word} matter?").text for word in GREEK}
    assert got == sorted((word, own[word]) for word in words)
    assert all(f"{word.title()} matters {word}ly." in text for word, text in own.items())
    assert len(served.line.times) == len(words)
    with httpx.Client(base_url=served.url) as client:
        line = client.get("/v1/line").json()
    assert (line["object"], line["waiting"], len(line["seconds"])) == ("line", 0, len(words))
