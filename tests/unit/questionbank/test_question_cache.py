"""When two wishes are one for the cache: by key, by words, by meaning."""

import numpy as np
import pytest

from questionbank.domain.embeddings import measure_cosine, pack_vector, unpack_vector
from questionbank.domain.question_cache import Known, Wish, WishVector, embed_wish, measure_wishes, measure_words

WISH = Wish("Indexing", "medium", "technical", "en", "Composite indexes")


def change(**parts: str) -> Wish:
    return Wish(**{**WISH.__dict__, **parts})


def test_the_key_is_of_all_that_is_wanted_and_not_of_how_it_is_typed() -> None:
    assert change(topic=" INDEXING ", request="composite  Indexes").key == WISH.key
    others = [change(**{name: "other"}).key for name in WISH.__dict__]
    assert len({WISH.key, *others}) == 6
    assert len(WISH.key) == 64


def test_words_are_compared_without_endings_and_fillers() -> None:
    known = Known(" ".join(sorted(change(request="What is a composite index?").stems)), None, "")
    assert measure_wishes(WISH.stems, None, known) == pytest.approx(1)
    assert measure_words({"a", "b", "c", "d"}, {"a", "b", "c"}) == pytest.approx(3 / 12**0.5)
    assert measure_words(set(), {"a"}) == 0


def test_meaning_counts_only_where_one_model_read_both() -> None:
    near, far = np.array([1, 0.1, 0], np.float32), np.array([0, 1, 0], np.float32)
    vector = WishVector(np.array([1, 0, 0], np.float32), "tiny-a")
    other_words = "cucumber salad"
    assert measure_wishes(WISH.stems, vector, Known(other_words, pack_vector(near), "tiny-a")) > 0.99
    assert measure_wishes(WISH.stems, vector, Known(other_words, pack_vector(far), "tiny-a")) == 0
    same_words = " ".join(WISH.stems)
    assert measure_wishes(WISH.stems, vector, Known(same_words, pack_vector(far), "tiny-b")) == pytest.approx(1)
    assert measure_wishes(WISH.stems, vector, Known(same_words, None, "")) == pytest.approx(1)


def test_vectors_are_stored_as_they_are() -> None:
    vector = np.array([0.5, -1.25, 3], np.float32)
    assert unpack_vector(pack_vector(vector)).tolist() == [0.5, -1.25, 3]
    assert len(pack_vector(vector)) == 12
    assert measure_cosine(vector, np.zeros(3, np.float32)) == 0
    assert measure_cosine(vector, np.ones(2, np.float32)) == 0


def test_without_a_model_there_is_no_vector() -> None:
    assert embed_wish(WISH, None) is None
