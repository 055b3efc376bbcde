"""The work of a `Generation`: a kind is a module here that registers its maker.

`requests` is asked for one; `work` does it. A maker does its steps one by one, outside any transaction, and returns
what stores the last of it; what the earlier steps made is kept as it comes (`keep_step`), so that a worker that dies
costs one step. A generation with parts is a whole (`parts`): it makes nothing itself, and ends with the last of them.
"""

from questionbank.services.generation import (  # each registers its makers
    batch_parts,
    enhancement,
    interviews,
    screening,
)
from questionbank.services.generation.work import generate, give_up_generation

__all__ = ["batch_parts", "enhancement", "generate", "give_up_generation", "interviews", "screening"]
