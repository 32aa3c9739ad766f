"""What holds for every test: no connection beyond this machine, and no vote or feedback among the person's own.

Both hold in this process and in those that it starts. What takes long to make and is only read is made once here, also
where several processes share the tests (`make test`).
"""

import gc
import os
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

OFFLINE = Path(__file__).parent / "offline"
SHARING = "PYTEST_XDIST_WORKER" in os.environ

runpy.run_path(str(OFFLINE / "sitecustomize.py"))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH", "")]))
if SHARING:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # each has a core: more threads would only wait for one another


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with real models and browsers first: the last ones to be handed out are then short."""
    if SHARING:
        long = {item.path for item in items if any(item.iter_markers("real")) or any(item.iter_markers("browser"))}
        items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session", autouse=True)
def _no_persons_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:  # for what is started once for many tests
        patch.setenv("ADVISOR_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="module", autouse=True)
def _settled() -> None:
    """Keep the garbage collector from looking through all that was imported before, again and again: a third faster."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same one in each of its processes."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if SHARING else base


@pytest.fixture(scope="session")
def model_cache(shared: Path) -> Path:
    """A cache folder in which the packaged generator has been converted, by whichever process came first."""
    from advisor.config import Config
    from advisor.models.generators import load_generator

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(shared / "cache"))
        load_generator("smollm2-135m", Config())
    return shared / "cache"


@pytest.fixture(scope="session")
def bundled_index(shared: Path) -> Path:
    """The index of the bundled documents, to be read and not changed."""
    from advisor import open as opening
    from advisor import paths
    from advisor.config import Config

    with FileLock(shared / "bundled.lock"):  # a second process waits here, and then finds the first one's work
        opening.build_index([paths.data("corpus")], shared / "bundled", Config())
    return shared / "bundled"
