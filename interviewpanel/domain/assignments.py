"""Exact b-matching with costs: cells that want several things, kinds that have several to give.

Plain integer arrays and no notion of a question; selection.py says what the costs mean. A cell may leave a place
open, at a price, so that there is always a solution.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

IntArray = NDArray[np.int64]
# Large against any sum of costs and small enough that a few of them add up within 64 bits.
FORBIDDEN = 1 << 58
_REACHABLE = FORBIDDEN >> 1


@dataclass(frozen=True)
class Assignment:
    """A cheapest assignment. The last column of `costs` and `flow` is the place left open; it never runs out.

    `costs[cell, kind]` is the price of one unit, FORBIDDEN where they do not go together; `available[kind]` is how
    many there are; `flow[cell, kind]` how many the cell takes.
    """

    costs: IntArray
    available: IntArray
    flow: IntArray

    @property
    def open_places(self) -> IntArray:
        """Places left open, per cell."""
        return self.flow[:, -1]


def solve_assignment(costs: IntArray, wanted: IntArray, available: IntArray, open_costs: IntArray) -> Assignment:
    """Give every cell `wanted[cell]` units at the smallest total cost; a place left open costs `open_costs[cell]`.

    Shapes: costs (cells, kinds), wanted and open_costs (cells,), available (kinds,). Exact as long as
    sum(wanted) x the largest cost stays below 2^53, where floats hold whole numbers.
    """
    places = int(wanted.sum())
    costs = np.column_stack([costs, open_costs])
    available = np.append(available, places)
    # More of a kind than there are places cannot be used, so this bounds the matrix whatever the supply is.
    columns = np.repeat(np.arange(len(available)), np.minimum(available, places))
    rows = np.repeat(np.arange(len(wanted)), wanted)
    # Dearer than leaving any place open, so that a forbidden pair is never in a cheapest assignment.
    usable = np.minimum(costs, int(open_costs.max(initial=0)) + 1)
    row_index, column_index = linear_sum_assignment(usable[np.ix_(rows, columns)])
    flow = np.zeros_like(costs)
    np.add.at(flow, (rows[row_index], columns[column_index]), 1)
    return Assignment(costs=costs, available=available, flow=flow)


def find_optimal_pairs(assignment: Assignment) -> NDArray[np.bool_]:
    """Which (cell, kind) pairs are in at least one cheapest assignment; shape (cells, kinds), without the open column.

    A pair can be forced into a cheapest assignment exactly if the cheapest way round through it costs nothing: the
    cell takes the kind (+cost), whoever had it takes another (residual arcs), until a unit that nobody has is used
    (spare) or the cell's own old unit comes free. All ways are shortest paths between cells, and one more node for
    "a unit nobody has": Floyd and Warshall over (cells + 1) nodes, whatever the number of kinds and questions.
    """
    costs, flow = assignment.costs, assignment.flow
    taken = flow > 0
    spare = flow.sum(axis=0) < assignment.available
    distances = _measure_exchanges(costs, taken, spare)
    from_spare, between = distances[-1, :-1], distances[:-1, :-1]
    back = np.where(spare[None, :], from_spare[:, None], FORBIDDEN)
    for cell in range(len(costs)):
        for kind in np.flatnonzero(taken[cell]):
            back[:, kind] = np.minimum(back[:, kind], between[cell] - costs[cell, kind])
    is_optimal: NDArray[np.bool_] = (costs < _REACHABLE) & (back < _REACHABLE) & (costs + back <= 0)
    return is_optimal[:, :-1]


def _measure_exchanges(costs: IntArray, taken: NDArray[np.bool_], spare: NDArray[np.bool_]) -> IntArray:
    """Cheapest exchanges from node to node: the cells, then (last) the unit that nobody has."""
    cells = len(costs)
    distances = np.full((cells + 1, cells + 1), FORBIDDEN, dtype=np.int64)
    np.fill_diagonal(distances, 0)
    if spare.any():
        distances[:-1, -1] = costs[:, spare].min(axis=1)
    for cell in range(cells):
        mine = np.flatnonzero(taken[cell])
        if len(mine):
            distances[-1, cell] = -costs[cell, mine].max()
            exchanges = (costs[:, mine] - costs[cell, mine]).min(axis=1)
            distances[:-1, cell] = np.minimum(distances[:-1, cell], exchanges)
    for middle in range(cells + 1):
        through = distances[:, middle, None] + distances[None, middle, :]
        distances = np.minimum(distances, through)
    return distances
