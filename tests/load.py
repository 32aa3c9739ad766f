"""People who all ask at once: `python tests/load.py --people 20 --seconds 300 --url http://127.0.0.1:7860 --pid PID`.

Not a test. Each person asks about a thing of their own, in a conversation, over the API, over the page, or half and
half (`--by both`). Every question carries a word that no other person uses; one of them in somebody else's answer is an
answer that was mixed up. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ASKED = (
    "What does a mid-level machine learning engineer earn in India?",
    "Which programming languages should I learn?",
    "What are the steps to become a machine learning engineer?",
    "Which certifications are worth getting?",
    "What does a data scientist do?",
    "What is {own}?",
)
FOLLOW_UPS = ("And in a bank?", "What else?", "Why does that matter?", "How long does it take?")
OWN = re.compile(r"Zq[a-z]{6}x")
PARTS = 6  # of the time, at whose ends the memory is looked at
TURNS = 4  # questions of a conversation, after which another one begins
Ask = Callable[[str, list[dict[str, str]]], str]


@dataclass
class Found:
    """What all people found. `seconds` are those from a question to its whole answer."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def own(number: int) -> str:
    """Return a person's own word."""
    chance = random.Random(number)
    return f"Zq{''.join(chance.choice('abcdefghijklmnopqrstuvw') for _ in range(6))}x"


def questions(word: str) -> Iterator[tuple[bool, str]]:
    """Yield whether a conversation begins, and its next question, without an end."""
    chance = random.Random(word)
    while True:
        yield True, chance.choice(ASKED).format(own=word)
        for _ in range(TURNS - 1):
            again = chance.random() < 0.5
            yield False, f"{chance.choice(FOLLOW_UPS)} I am {word}." if again else chance.choice(ASKED).format(own=word)


def by_api(url: str, key: str, model: str) -> Ask:
    """Return what asks over /v1; every second answer is streamed."""
    client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=600)
    asked = 0

    def ask(question: str, history: list[dict[str, str]]) -> str:
        nonlocal asked
        asked += 1
        body = {"model": model, "messages": [*history, {"role": "user", "content": question}]}
        if asked % 2:
            found = client.post("/v1/chat/completions", json=body)
            found.raise_for_status()
            told = found.json()
            return f"{told['choices'][0]['message']['content']} {told['advisor']['rewritten']}"
        with client.stream("POST", "/v1/chat/completions", json={**body, "stream": True}) as stream:
            stream.raise_for_status()
            events = [line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: ")]
        if events[-1:] != ["[DONE]"]:
            raise httpx.RemoteProtocolError("the stream broke off")
        chunks = [json.loads(event) for event in events[:-1]]
        told = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk["choices"])
        return f"{told} {chunks[-1]['advisor']['rewritten']}"

    return ask


def by_page(url: str, settings: tuple[object, ...]) -> Ask:
    """Return what asks over the page, as a browser does: one session, whose state holds the conversation.

    The one place that knows the page: it presses what the Ask button is bound to, with the question, the conversation
    and its name, which the server holds, and the pickers. All of what the chat then shows is the answer.
    """
    client, session = httpx.Client(base_url=url, timeout=600), f"load{random.randrange(10**9)}"
    config = client.get("/config").json()
    ids = {one["props"].get("elem_id"): one["id"] for one in config["components"]}

    def press(button: str, data: list[object]) -> str:
        bound = next(
            one for one in config["dependencies"] if [ids[button], "click"] in one["targets"] and one["outputs"]
        )
        body = {"data": data, "fn_index": bound["id"], "session_hash": session, "trigger_id": ids[button]}
        client.post("/gradio_api/queue/join", json=body).raise_for_status()
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
            for line in stream.iter_lines():
                event = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if event.get("msg") == "process_completed":
                    if not event["success"]:
                        raise ValueError(f"the page said: {event['output']}")
                    return json.dumps(event["output"]["data"])
        raise httpx.RemoteProtocolError("the stream broke off")

    def ask(question: str, history: list[dict[str, str]]) -> str:
        if not history:
            press("clear", [])
        return press("ask", [question, None, None, *settings])

    return ask


def person(number: int, ask: Ask, until: float, found: Found) -> None:
    """Ask until the time is over."""
    word, history = own(number), list[dict[str, str]]()
    for begins, question in questions(word):
        if time.monotonic() >= until:
            return
        history = [] if begins else history
        start = time.monotonic()
        try:
            answer = ask(question, history)
        except (httpx.HTTPError, OSError, ValueError, KeyError) as error:
            with found.lock:
                found.errors.append(f"{type(error).__name__}: {error}"[:200])
            continue
        foreign = set(OWN.findall(answer)) - {word}
        with found.lock:
            found.seconds.append(time.monotonic() - start)
            found.mixed += [f"{word} was told of {', '.join(foreign)}"] if foreign else []
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def resident(pid: int) -> int:
    """Return a process's resident memory in MB (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def quantile(values: list[float], share: float) -> float | None:
    """Return the nearest-rank quantile, None of nothing."""
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 2) if ranked else None


def waits(url: str, key: str) -> list[float]:
    """Return the seconds that the server's last turns were waited for."""
    with suppress(httpx.HTTPError, KeyError, ValueError):
        seconds: list[float] = httpx.get(f"{url}/v1/line", headers={"Authorization": f"Bearer {key}"}).json()["seconds"]
        return seconds
    return []


def main() -> int:
    """Run the load and print what was found; the status is 1 where an answer was mixed up or failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    parser.add_argument("--by", choices=["api", "page", "both"], default="api")
    parser.add_argument("--model", default="", help="a model's id; the first that is listed")
    parser.add_argument("--key", default="nobody", help="name:password, where a login is wanted")
    parser.add_argument("--pid", type=int, help="the server's process, for its memory")
    args = parser.parse_args()
    headers = {"Authorization": f"Bearer {args.key}"}
    model = args.model or httpx.get(f"{args.url}/v1/models", headers=headers).json()["data"][0]["id"]
    found, start = Found(), time.monotonic()
    picked = (model, "answer/v2", 6, "drop")

    def asks(number: int) -> Ask:
        over_page = args.by == "page" or (args.by == "both" and number % 2 == 1)
        return by_page(args.url, picked) if over_page else by_api(args.url, args.key, model)

    threads = [
        threading.Thread(target=person, args=(number, asks(number), start + args.seconds, found), daemon=True)
        for number in range(args.people)
    ]
    for thread in threads:
        thread.start()
    for part in range(PARTS + 1):
        if args.pid:
            found.memory.append(resident(args.pid))
        if part < PARTS:
            threading.Event().wait(args.seconds / PARTS)
    for thread in threads:
        thread.join(600)
    report = {
        "people": args.people,
        "answers": len(found.seconds),
        "errors": len(found.errors),
        "mixed": len(found.mixed),
        "p50_s": quantile(found.seconds, 0.5),
        "p95_s": quantile(found.seconds, 0.95),
        "line_p95_s": quantile(waits(args.url, args.key), 0.95),
        "memory_mb": found.memory,
        "unfinished": sum(thread.is_alive() for thread in threads),
        "examples": sorted(set(found.errors + found.mixed))[:5],
    }
    sys.stdout.write(f"{json.dumps(report)}\n")
    return 1 if found.errors or found.mixed or report["unfinished"] else 0


if __name__ == "__main__":
    sys.exit(main())
