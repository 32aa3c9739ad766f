"""serve.server and serve.people: page and API from one port, logins, foreign names, headers that a browser accepts.

Run as a program with a port, this file serves a page that uses what the program's own page uses of Gradio.
"""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from browser import _await, _free_port, _started, chromium, hosts
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError
from advisor.serve import completions, server
from advisor.serve.line import Line
from advisor.serve.people import PAUSE, TRIES, Door, caller, people

SECONDS = 30.0
PEOPLE = {"ann": "secret:one", "bö b": "pässwort"}


class Small:
    """An advisor that knows small talk alone: the page and the API need no more of it here."""

    def stream(self, question: str, *_: object) -> Iterator[object]:
        yield from Advisor(cast(Any, None), cast(Any, None), cast(Any, None), cast(Any, None)).stream(question)


def routes(line: Line, known: Door | None = None) -> Any:
    return completions.router(
        lambda model, prompt: cast(Advisor, Small()), lambda: [("tiny", "answer/v2")], line, caller(known)
    )


def page() -> Any:
    """Return a page with what the program's own uses: state, a chat, a callback's script, a frame, its own script."""
    import gradio as gr

    with gr.Blocks(title="Served", analytics_enabled=False) as found:
        held = gr.State(0)
        chat = gr.Chatbot(elem_id="chat", examples=[{"text": "Hello?"}])
        asked = gr.Textbox(elem_id="asked")
        count = gr.Number(elem_id="count")
        gr.Dropdown(["one", "two"], value="one", label="Which")
        gr.HTML("<iframe srcdoc='&lt;script&gt;parent.framed = 1&lt;/script&gt;' title='frame'></iframe>")
        ask = gr.Button("Ask", elem_id="ask")

        def grow(text: str, before: int) -> Iterator[tuple[Any, ...]]:
            for said in ("one", "two"):
                yield (
                    [{"role": "user", "content": text}, {"role": "assistant", "content": said}],
                    before + 1,
                    before + 1,
                )

        def name(request: gr.Request) -> list[dict[str, str]]:
            return [{"role": "assistant", "content": f"I see {request.username}"}]

        name.__annotations__["request"] = gr.Request
        ask.click(grow, [asked, held], [chat, held, count], js="(text, before) => [text + '!', before]")
        found.load(name, None, chat)
    return found


HEAD = "<script>window.headed = 1;</script>"


KINDS: dict[str, tuple[str, Mapping[str, str] | None]] = {
    "alone": ("127.0.0.1", None),
    "closed": ("127.0.0.1", Door(PEOPLE)),
    "for all": ("0.0.0.0", None),
}


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[httpx.Client]:
    """Yield a client of a server in another process; Gradio leaves a loop open in that of its own."""
    with (
        _started([__file__, kind], folder / "log", SECONDS) as address,
        httpx.Client(base_url=address, timeout=SECONDS) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving("alone", tmp_path_factory.mktemp("alone")) as client:
        yield client


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving("closed", tmp_path_factory.mktemp("closed")) as client:
        yield client


HELLO = {"model": "tiny", "messages": [{"role": "user", "content": "Hello!"}]}


def test_page_and_api_are_served_from_one_port(alone: httpx.Client) -> None:
    assert '"title":"Served"' in alone.get("/").text
    assert [model["id"] for model in alone.get("/v1/models").json()["data"]] == ["tiny", "tiny@answer/v2"]
    found = alone.post("/v1/chat/completions", json=HELLO).json()
    assert found["advisor"]["kind"] == "smalltalk"
    assert alone.get("/v1/x").json()["error"]["code"] == "unknown_url"
    config = alone.get("/config").json()
    assert config["footer_links"] == []
    assert config["analytics_enabled"] is False


def test_each_answer_says_what_a_browser_may_do_with_it(alone: httpx.Client) -> None:
    for path in ("/", "/v1/models", "/config", "/nothing"):
        headers = alone.get(path).headers
        assert {name: headers[name] for name in server._HEADERS} == server._HEADERS
    assert not re.search(r"https?:|\*", server._HEADERS["Content-Security-Policy"])


@pytest.mark.parametrize("path", ["/", "/config", "/v1/models", "/gradio_api/info"])
def test_a_server_of_this_machine_alone_is_not_reached_under_a_foreign_name(alone: httpx.Client, path: str) -> None:
    for host in (
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "[x",
        "a@b",
    ):
        found = alone.get(path, headers={"Host": host})
        assert found.status_code == 403
        assert "this server is of this machine alone" in found.text
        assert path.startswith("/v1") == ("error" in found.text)
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1:9", "127.0.0.2", "[::1]:7860"):
        assert alone.get(path, headers={"Host": host}).status_code == 200


def test_a_server_for_others_is_reached_under_any_name(tmp_path: Path) -> None:
    with serving("for all", tmp_path) as client:
        assert client.get("/v1/models", headers={"Host": "advisor.example"}).status_code == 200


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = subprocess.run(
            [sys.executable, __file__, "alone", str(port)], capture_output=True, text=True, timeout=60
        )
    assert found.returncode == 1
    assert f"AdvisorError: 127.0.0.1:{port} cannot be served: it is taken" in found.stderr


def key(name: str, password: str) -> dict[str, str | bytes]:
    return {"Authorization": f"Bearer {name}:{password}".encode()}


def test_with_people_the_api_wants_a_key(closed: httpx.Client) -> None:
    bad: list[dict[str, Any]] = [
        {},
        key("ann", ""),
        key("ann", "secret"),
        key("ann", "secret:one "[:-2]),
        key("", ""),
        key("eve", ""),
        key("ann", "pässwort"),
        {"Authorization": "Bearer"},
        {"Authorization": "Basic ann:secret:one"},
        {"Authorization": b"Bearer \xff\xfe:x"},
    ]
    for headers in bad:
        for found in (
            closed.get("/v1/models", headers=headers),
            closed.post("/v1/chat/completions", json=HELLO, headers=headers),
        ):
            assert (found.status_code, found.json()["error"]["code"]) == (401, "invalid_api_key")
            assert found.headers["WWW-Authenticate"] == "Bearer"
    for name, password in PEOPLE.items():
        found = closed.post("/v1/chat/completions", json=HELLO, headers=key(name, password))
        assert found.json()["advisor"]["kind"] == "smalltalk"


def test_with_people_the_page_wants_a_login(closed: httpx.Client) -> None:
    assert "Hello?" not in closed.get("/").text
    assert closed.get("/config").status_code == 401
    wrong = closed.post("/login", data={"username": "ann", "password": "pässwort"})
    assert wrong.status_code == 400
    assert closed.get("/config").status_code == 401
    with httpx.Client(base_url=closed.base_url, timeout=SECONDS) as client:
        assert client.post("/login", data={"username": "ann", "password": PEOPLE["ann"]}).status_code == 200
        assert client.get("/config").status_code == 200
        assert client.get("/v1/models").status_code == 401  # a cookie is no key: other sites' pages could use it


def written(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path = folder / "people"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def test_a_file_of_people_is_read(tmp_path: Path) -> None:
    text = "\ufeff# who may ask\n\nann:secret:one\r\n  bö b : pässwort\n".replace(": p", ":p")
    assert people(written(tmp_path, text)) == PEOPLE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ann:x\nnonsense\n", r"people, line 2: there is no colon; expected name:password$"),
        ("ann:\n", r"people, line 1: there is no password after the colon"),
        (":secret\n", r"people, line 1: there is no name before the colon"),
        ("ann: secret\n", r"people, line 1: the password begins or ends with a space"),
        ("ann:sec\tret\n", r"people, line 1: the password begins or ends"),
        ("ann:x\nann:secret\n", r"people, line 2: ann has a line already"),
        ("# nobody\n", r"people names nobody; expected a line name:password"),
        (b"ann:\xff\xfe\n", r"people cannot be read: it is not UTF-8"),
    ],
)
def test_a_bad_file_of_people_is_told_without_its_passwords(tmp_path: Path, text: str | bytes, fault: str) -> None:
    with pytest.raises(AdvisorError, match=fault) as told:
        people(written(tmp_path, text))
    assert "secret" not in str(told.value)
    assert "nonsense" not in str(told.value)


def test_a_missing_file_of_people_and_one_that_others_can_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AdvisorError, match=r"people cannot be read: No such file or directory; expected a line"):
        people(tmp_path / "people")
    with pytest.raises(AdvisorError, match=r"cannot be read: .*; expected a line"):
        people(tmp_path)
    for mode in (0o640, 0o604, 0o660, 0o602, 0o601):
        with pytest.raises(AdvisorError, match=r"other users of this machine can get at it; run: chmod 600 /"):
            people(written(tmp_path, "ann:x", mode))
    assert people(written(tmp_path, "ann:x", 0o400)) == {"ann": "x"}


def test_a_password_is_one_person_s() -> None:
    assert Door(PEOPLE).lets_in("ann", "secret:one")
    wrong = [("ann", ""), ("ann", "secret:on"), ("bö b", "secret:one"), ("", ""), ("eve", ""), ("eve", "secret:one")]
    assert not any(Door(PEOPLE).lets_in(*pair) for pair in wrong)


def test_a_name_with_many_wrong_passwords_stays_out_for_a_minute_and_others_do_not() -> None:
    now = [0.0]
    door = Door(PEOPLE, lambda: now[0])
    for second in range(TRIES):
        now[0] = second
        assert door.lets_in("ann", "secret:one")  # the right one in between is let in, and gives no new tries
        assert not door.lets_in("ann", "secret")
    assert not door.lets_in("ann", "secret:one")
    assert door.lets_in("bö b", "pässwort")
    now[0] = PAUSE
    assert door.lets_in("ann", "secret:one")  # the first wrong one is a minute old
    assert not door.lets_in("ann", "secret")
    assert not door.lets_in("ann", "secret:one")


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_in_peace(told: signal.Signals, tmp_path: Path) -> None:
    port, log = _free_port(), tmp_path / "log"
    with log.open("w") as lines:
        process = subprocess.Popen([sys.executable, __file__, "alone", str(port)], stdout=lines, stderr=lines)
        try:
            _await(process, f"http://127.0.0.1:{port}", SECONDS, log)
            process.send_signal(told)
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()
            process.wait(SECONDS)
    assert log.read_text() == "ended, closed"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chromium() as found:
        yield found


def until(browser: Chrome, script: str) -> None:
    """Wait until what a script returns on the page is true."""
    WebDriverWait(browser, SECONDS, 0.05).until(lambda page: page.execute_script(f"return {script}"))


def complaints(browser: Chrome) -> list[str]:
    """Return what the browser was kept from, or could not do, since the last call."""
    logged = [entry["message"] for entry in browser.get_log("browser")]
    return [line for line in logged if re.search(r"Content.Security|Refused to|Uncaught|violat", line)]


@pytest.mark.browser
def test_the_page_works_under_its_headers(browser: Chrome, alone: httpx.Client) -> None:
    hosts(browser)
    browser.get(str(alone.base_url))
    until(browser, "document.querySelector('#asked textarea, #asked input')")
    browser.find_element(By.CSS_SELECTOR, "#asked textarea, #asked input").send_keys("Hi")
    browser.find_element(By.CSS_SELECTOR, "#ask").click()
    until(browser, "document.querySelector('#chat').innerText.match(/Hi!\\s+two/)")
    until(browser, "document.querySelector('#count input').value === '1'")
    assert browser.execute_script("return [window.headed, window.framed]") == [1, 1]
    assert complaints(browser) == []
    assert hosts(browser) == {"127.0.0.1"}


@pytest.mark.browser
def test_what_is_not_the_page_s_own_is_kept_out(browser: Chrome, alone: httpx.Client) -> None:
    browser.get(str(alone.base_url))
    hosts(browser)
    browser.execute_script("document.body.append(Object.assign(new Image(), {src: 'http://localhost:9/x.png'}))")
    browser.execute_async_script("fetch('http://localhost:9/x').then(arguments[0], () => arguments[0]())")
    assert len(complaints(browser)) >= 2


@pytest.mark.browser
def test_who_logs_in_is_known_by_name(browser: Chrome, closed: httpx.Client) -> None:
    browser.get(str(closed.base_url))
    until(browser, "document.querySelectorAll('form input, input').length >= 2")
    name, password, *_ = browser.find_elements(By.CSS_SELECTOR, "input")
    name.send_keys("ann")
    password.send_keys(PEOPLE["ann"])
    browser.find_element(By.CSS_SELECTOR, "button").click()
    until(browser, "document.querySelector('#chat')?.innerText.includes('I see ann')")
    assert complaints(browser) == []


def main(kind: str, port: int) -> None:
    """Serve until it is interrupted, then tell how the line was left."""
    (host, known), line = KINDS[kind], Line()
    server.serve(page(), routes(line, known), host, port, False, known, line.close, head=HEAD)
    sys.stdout.write("ended, closed" if line.closed else "ended")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
