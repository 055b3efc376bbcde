"""Builds a Whisper model of about a megabyte that says what a test wants, for driving the real WhisperModel offline.

Every weight is small seeded noise but for the decoder's positions and its projection: position n is made to point at
the n-th token of a script, so that the model "hears" that script whatever the audio. Times come from its (random)
attention: rising, inside the audio, and otherwise arbitrary. Used by the tests of interviewpanel.engines.transcription.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from ctranslate2.specs import model_spec
from ctranslate2.specs.whisper_spec import WhisperSpec
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

WIDTH = 64
HEADS = 2
MEL_BINS = 80
AUDIO_POSITIONS = 1500
TEXT_POSITIONS = 448
TIMESTAMPS = 1501
MULTILINGUAL_MARK = ""  # CTranslate2 takes a model for multilingual when its vocabulary holds the empty token

DEFAULT_SCRIPT = ("a", "cache", "keeps", "the", "hot", "rows", "in", "memory")
LANGUAGES = ("en", "de")
SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{language}|>" for language in LANGUAGES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)

Array = npt.NDArray[np.float32]


def build_tiny_whisper(
    folder: Path,
    *,
    script: tuple[str, ...] = DEFAULT_SCRIPT,
    certainty: float = 1.0,
    end_second: float = 4.0,
    is_multilingual: bool = False,
    is_silent: bool = False,
    seed: int = 1,
) -> Path:
    """Write a loadable model to `folder` and return it.

    `certainty` scales the logits: at 0.05 every word is improbable. With `is_silent` the model also doubts, before its
    first word, that anybody spoke (multilingual only: there the place of that doubt is not that of the first word).
    What a hotword list of n tokens does is shift the script: its first n + 1 places are never spoken.
    """
    words = list(dict.fromkeys(script))
    vocabulary = _list_vocabulary(words, is_multilingual)
    ids = {token: number for number, token in enumerate(vocabulary)}
    says = [ids["<|0.00|>"], *(ids[f"Ġ{word}"] for word in script), ids[f"<|{end_second:.2f}|>"], ids["<|endoftext|>"]]

    spec = WhisperSpec(1, HEADS, 1, HEADS)
    rng = np.random.default_rng(seed)
    spec.encoder.position_encodings.encodings = rng.normal(0, 0.05, (AUDIO_POSITIONS, WIDTH)).astype(np.float32)
    _fill_with_noise(spec, rng, len(vocabulary))
    directions = rng.choice(np.array([-1.0, 1.0], dtype=np.float32), size=(len(vocabulary), WIDTH))
    projection = directions * np.float32(certainty * 0.3)
    projection[ids["<|nospeech|>"]] *= 4  # so that the doubt can be strong where the words are weak
    spec.decoder.projection.weight = projection
    prompt_tokens = 3 if is_multilingual else 1  # start, and language and task where there is a choice
    positions = rng.normal(0, 0.02, (TEXT_POSITIONS, WIDTH)).astype(np.float32)
    positions[:] += directions[ids["<|endoftext|>"]]
    for offset, token in enumerate(says):
        positions[prompt_tokens - 1 + offset] = directions[token]
    if is_silent:
        positions[0] = directions[ids["<|nospeech|>"]]
    spec.decoder.position_encodings.encodings = positions

    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids[f"<|{language}|>"] for language in LANGUAGES]
    spec.config.alignment_heads = [(0, head) for head in range(HEADS)]
    spec.validate()
    spec.optimize()
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _save_tokenizer(folder, vocabulary)
    return folder


def _list_vocabulary(words: list[str], is_multilingual: bool) -> list[str]:
    """Bytes, whole words, special tokens, timestamps: Whisper's own order."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    text = [*letters, *(f"Ġ{word}" for word in words if f"Ġ{word}" not in letters)]
    if is_multilingual:
        text.append(MULTILINGUAL_MARK)
    return [*text, *SPECIAL_TOKENS, *(f"<|{number * 0.02:.2f}|>" for number in range(TIMESTAMPS))]


def _save_tokenizer(folder: Path, vocabulary: list[str]) -> None:
    text = vocabulary[: vocabulary.index("<|endoftext|>")]
    tokenizer = Tokenizer(models.BPE(vocab={token: number for number, token in enumerate(text)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    tokenizer.save(str(folder / "tokenizer.json"))


def _fill_with_noise(spec: WhisperSpec, rng: np.random.Generator, vocabulary_size: int) -> None:
    """Give every variable of the specification that is still unset an array of its shape."""

    def fill(layer: model_spec.LayerSpec, name: str, value: object) -> None:
        leaf = name.rsplit("/", 1)[-1]
        if value is not None or leaf not in {"weight", "bias", "gamma", "beta"}:
            return
        shape = _find_shape(name, vocabulary_size)
        noise = rng.normal(0, 0.05, shape).astype(np.float32)
        setattr(layer, leaf, noise + np.float32(1.0) if leaf == "gamma" else noise)

    model_spec.visit_spec(spec, fill)


def _find_shape(name: str, vocabulary_size: int) -> tuple[int, ...]:
    """The shape of a variable by its path, for example encoder/layer_0/self_attention/linear_0/weight."""
    fixed: dict[str, tuple[int, ...]] = {
        "encoder/conv1/weight": (WIDTH, MEL_BINS, 3),
        "encoder/conv2/weight": (WIDTH, WIDTH, 3),
        "decoder/embeddings/weight": (vocabulary_size, WIDTH),
        "decoder/projection/weight": (vocabulary_size, WIDTH),
    }
    if name in fixed:
        return fixed[name]
    owner, leaf = name.rsplit("/", 1)
    outputs, inputs = WIDTH, WIDTH
    if owner.endswith("self_attention/linear_0"):
        outputs = 3 * WIDTH  # query, key and value in one
    elif owner.endswith("attention/linear_1") and not owner.endswith("self_attention/linear_1"):
        outputs = 2 * WIDTH  # key and value of what was heard
    elif owner.endswith("ffn/linear_0"):
        outputs = 4 * WIDTH
    elif owner.endswith("ffn/linear_1"):
        inputs = 4 * WIDTH
    return (outputs, inputs) if leaf == "weight" else (outputs,)
