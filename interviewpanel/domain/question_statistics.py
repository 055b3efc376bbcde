"""What the answers of many interviews say about a question. Pure; called by selectors/question_figures.

Everything is made of sums, which the database adds up: so versions add up to a question, and nothing is read twice.

- Mean and standard deviation of the composites (0 to 100); the deviation is the sample's, with n − 1.
- Item–total correlation, corrected: Pearson's r between the composite of this question and the mean composite of the
  other answers of the same interview (Henrysson 1963: with the item in the total, r is too high). Its 95 % interval by
  Fisher's z: tanh(atanh r ± 1.96 / √(n − 3)).
- With fewer than LEAST_ANSWERS answers there is no number, but a sentence: at n = 10 and r = .4 the interval is −.31 to
  .82 already.

Hints are no verdicts. Too easy and too hard are the usual bounds of item difficulty, .90 and .30 of the full score
(Crocker and Algina 1986, chapter 14); below .20 a question tells hardly apart who answers the others well (Ebel and
Frisbie 1991, chapter 13), and it is said only where the whole interval lies below .30, the least they call good.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

LEAST_ANSWERS = 10
BINS = 10
Z_95 = 1.959964
TOO_EASY_FROM = 90.0
TOO_HARD_TO = 30.0
GOOD_DISCRIMINATION = 0.30
WEAK_DISCRIMINATION = 0.20
OFTEN_SKIPPED_FROM = 0.25
OFTEN_UNSURE_FROM = 0.40


@dataclass(frozen=True)
class Sums:
    """What is added up of the answers to a question, or to one version of it. Trials and follow-ups are not in it.

    `squares` are of the composites. `seconds` of talking, of `timed` answers. `bins[i]` counts composites from 10·i on,
    100 in the last. The pairs: composite of this question (x), mean composite of the interview's other answers (y).
    """

    asked: int = 0
    answered: int = 0
    skipped: int = 0
    no_speech: int = 0
    failed: int = 0
    needs_human: int = 0
    judged: int = 0
    scored: int = 0
    total: float = 0.0
    squares: float = 0.0
    timed: int = 0
    seconds: float = 0.0
    expected_seconds: float = 0.0  # of the versions that the timed answers were asked
    bins: tuple[int, ...] = (0,) * BINS
    pairs: int = 0
    pair_x: float = 0.0
    pair_y: float = 0.0
    pair_xx: float = 0.0
    pair_yy: float = 0.0
    pair_xy: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        values = {
            one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self) if one.name != "bins"
        }
        bins = tuple(mine + theirs for mine, theirs in zip(self.bins, other.bins, strict=True))
        return Sums(**values, bins=bins)


@dataclass(frozen=True)
class Correlation:
    """r with its 95 % interval; n pairs."""

    r: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Hint:
    """`key` is stable; `text` says what was seen, with the threshold, and what to do."""

    key: str
    title: str
    text: str


def add_sums(parts: Iterable[Sums]) -> Sums:
    return sum(parts, Sums())


def add_pairs(sums: Sums, pairs: Sequence[tuple[float, float]]) -> Sums:
    """The sums with these pairs of (composite, mean of the interview's other answers)."""
    return sums + Sums(
        pairs=len(pairs),
        pair_x=math.fsum(x for x, _ in pairs),
        pair_y=math.fsum(y for _, y in pairs),
        pair_xx=math.fsum(x * x for x, _ in pairs),
        pair_yy=math.fsum(y * y for _, y in pairs),
        pair_xy=math.fsum(x * y for x, y in pairs),
    )


def has_enough(sums: Sums) -> bool:
    """Whether what the scores add up to may be told: of fewer answers, a mean is somebody's score."""
    return sums.scored >= LEAST_ANSWERS


def say_too_few(sums: Sums) -> str:
    return f"Too few scored answers ({sums.scored} of at least {LEAST_ANSWERS}) to say."


def measure_share(part: int, whole: int) -> float | None:
    """None where there is nothing to have a share of."""
    return part / whole if whole else None


def measure_mean(sums: Sums) -> float | None:
    return sums.total / sums.scored if sums.scored else None


def measure_deviation(sums: Sums) -> float | None:
    """Of the sample; None below two composites. Sums of whole numbers to 100 are exact in a float."""
    if sums.scored < 2:
        return None
    squared = sums.squares - sums.total**2 / sums.scored
    return math.sqrt(max(0.0, squared) / (sums.scored - 1))


def measure_seconds(sums: Sums) -> float | None:
    """Mean seconds from the turn's begin to its end."""
    return sums.seconds / sums.timed if sums.timed else None


def measure_expected_seconds(sums: Sums) -> float | None:
    return sums.expected_seconds / sums.timed if sums.timed else None


def correlate(sums: Sums) -> Correlation | None:
    """None with fewer than LEAST_ANSWERS pairs, or where one side never differs."""
    count = sums.pairs
    if count < LEAST_ANSWERS:
        return None
    spread_x = sums.pair_xx - sums.pair_x**2 / count
    spread_y = sums.pair_yy - sums.pair_y**2 / count
    # Of what is left when sums are subtracted, the last digits are noise.
    if spread_x <= 1e-9 * max(1.0, sums.pair_xx) or spread_y <= 1e-9 * max(1.0, sums.pair_yy):
        return None
    shared = sums.pair_xy - sums.pair_x * sums.pair_y / count
    r = max(-1.0, min(1.0, shared / math.sqrt(spread_x * spread_y)))
    if abs(r) > 1 - 1e-12:
        return Correlation(r, r, r, count)
    reach = Z_95 / math.sqrt(count - 3)
    return Correlation(r, math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach), count)


def say_correlation(sums: Sums) -> str:
    """Why there is no correlation, for where `correlate` gives None."""
    if sums.pairs < LEAST_ANSWERS:
        return (
            f"Too few answers ({sums.pairs} of at least {LEAST_ANSWERS}) in interviews that have another scored answer."
        )
    return "All answers have the same score, or all interviews have: nothing to compare."


def list_hints(sums: Sums) -> Sequence[Hint]:
    """What a person should look at; only from LEAST_ANSWERS answers on."""
    hints: list[Hint] = []
    mean, found = measure_mean(sums), correlate(sums)
    if mean is not None and has_enough(sums):
        if mean >= TOO_EASY_FROM:
            text = f"The mean is {mean:.0f} of 100; from {TOO_EASY_FROM:.0f} on a question hardly separates anybody."
            hints.append(Hint("too_easy", "Perhaps too easy", text))
        if mean <= TOO_HARD_TO:
            text = f"The mean is {mean:.0f} of 100; up to {TOO_HARD_TO:.0f} few show what they know. Read some answers."
            hints.append(Hint("too_hard", "Perhaps too hard", text))
    if found is not None and found.r < WEAK_DISCRIMINATION and found.high < GOOD_DISCRIMINATION:
        text = (
            f"Who does well in the other questions hardly does better in this one: r = {found.r:.2f}, 95 % interval "
            f"{found.low:.2f} to {found.high:.2f}, all below {GOOD_DISCRIMINATION:.2f}. Is it "
            "clear, and do its key points fit?"
        )
        hints.append(Hint("does_not_discriminate", "Does not tell good from bad", text))
    hints += _list_rate_hints(sums)
    return hints


def _list_rate_hints(sums: Sums) -> Iterable[Hint]:
    skipped, unsure = measure_share(sums.skipped, sums.asked), measure_share(sums.needs_human, sums.judged)
    if sums.asked >= LEAST_ANSWERS and skipped is not None and skipped >= OFTEN_SKIPPED_FROM:
        seen, bound = show_percent(skipped), show_percent(OFTEN_SKIPPED_FROM)
        text = f"{seen} of those who were asked skipped it; from {bound} on it may put people off."
        yield Hint("often_skipped", "Often skipped", text)
    if sums.judged >= LEAST_ANSWERS and unsure is not None and unsure >= OFTEN_UNSURE_FROM:
        seen, bound = show_percent(unsure), show_percent(OFTEN_UNSURE_FROM)
        text = (
            f"{seen} of the answers need a person to judge them; from {bound} on, the expected answer and its points "
            "probably miss what people say."
        )
        yield Hint("often_unsure", "Often needs a person", text)


def show_percent(share: float) -> str:
    return f"{100 * share:.0f} %"
