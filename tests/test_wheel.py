"""The wheel carries the documents, prompts and items, and works from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from advisor import __version__

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(out / f"career_advisor-{__version__}-py3-none-any.whl") as wheel:
        wheel.extractall(out / "site")
    return out / "site"


def run(site: Path, folder: Path, *words: str) -> str:
    """Return what a command of the unpacked wheel prints, run in another folder."""
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "ADVISOR_CACHE": str(folder / "cache")}
    environment.pop("ADVISOR_INDEX", None)
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_what_the_rooms_of_data_hold_and_no_index(unpacked: Path) -> None:
    for room in ("corpus", "prompts", "eval"):
        shipped = {p.relative_to(ROOT / room) for p in (ROOT / room).rglob("*") if p.is_file()}
        held = {
            p.relative_to(unpacked / "advisor/_data" / room) for p in (unpacked / "advisor/_data" / room).rglob("*")
        }
        assert shipped <= held
    assert not [*unpacked.rglob("*.npy"), *unpacked.rglob("*.gguf")]
    assert [path.name for path in unpacked.rglob("*.safetensors")] == ["reader.safetensors"]


def test_it_works_from_any_folder(unpacked: Path, tmp_path: Path) -> None:
    where = run(unpacked, tmp_path, "-c", "import advisor; print(advisor.__file__)")
    assert Path(where.strip()).is_relative_to(unpacked)
    assert "answer/v2" in run(unpacked, tmp_path, "-m", "advisor", "prompts", "list")
    assert "index built: 5 documents" in run(unpacked, tmp_path, "-m", "advisor", "index")
    assert (tmp_path / "cache/index/default/manifest.json").is_file()
    assert "Kevin Murphy" in run(
        unpacked, tmp_path, "-m", "advisor", "search", "Which books should I read?", "--k", "3"
    )
