"""A page of a PDF drawn with its letters and without: where there is ink of letters, and what lies behind it.

Called by pdf_pages.py, in the child. Boxes are in pixels of the drawing, from the top left.
"""

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

PIXELS_PER_POINT = 1.5  # letters of 8 points keep enough of their colour
MOST_PIXELS = 1_500_000
FAINT = 24  # of 255: what differs less from what is behind it, nobody sees (#e8e8e8 on white)
INK_SHARE = 0.004
SAME_SHARE = 0.9
VIRTUAL = 1_000_000  # a device so fine that whole numbers do


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    @classmethod
    def around(cls, boxes: "Sequence[Box]") -> "Box":
        return cls(
            min(one.left for one in boxes),
            min(one.top for one in boxes),
            max(one.right for one in boxes),
            max(one.bottom for one in boxes),
        )

    def covers(self, other: "Box") -> bool:
        """Its middle."""
        across, down = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= across <= self.right and self.top <= down <= self.bottom


@dataclass(frozen=True)
class Transform:
    """From the coordinates of a page, which may be turned, cropped and begin anywhere, to pixels."""

    origin: tuple[float, float]
    across: tuple[float, float]
    up: tuple[float, float]
    width: float
    height: float

    def turn(self, left: float, bottom: float, right: float, top: float) -> Box:
        corners = [self._move(x, y) for x in (left, right) for y in (bottom, top)]
        rows, columns = [one[1] for one in corners], [one[0] for one in corners]
        return Box(min(columns), min(rows), max(columns), max(rows))

    def _move(self, x: float, y: float) -> tuple[float, float]:
        return (
            self.origin[0] + x * self.across[0] + y * self.up[0],
            self.origin[1] + x * self.across[1] + y * self.up[1],
        )


@dataclass(frozen=True)
class Drawing:
    """`ink` counts pixels, summed from the top left, so that any box is four look-ups; `behind` is without letters."""

    transform: Transform
    ink: NDArray[np.int32]
    behind: NDArray[np.uint8]

    def holds(self, box: Box) -> bool:
        """Whether some of the box is on the page."""
        height, width = self.behind.shape[:2]
        return box.right > 0 and box.bottom > 0 and box.left < width and box.top < height

    def has_ink(self, box: Box) -> bool:
        top, bottom, left, right = self._cut(box)
        found = int(self.ink[bottom, right] - self.ink[top, right] - self.ink[bottom, left] + self.ink[top, left])
        return found > INK_SHARE * (bottom - top) * (right - left)

    def lies_on(self, box: Box, colour: tuple[int, int, int]) -> bool:
        """Whether nearly all that is behind the box has this colour."""
        top, bottom, left, right = self._cut(box)
        area = self.behind[top:bottom, left:right].astype(np.int16)
        if not area.size:
            return False
        apart = np.abs(area - np.array(colour, dtype=np.int16)).max(axis=2)
        return float((apart < FAINT).mean()) >= SAME_SHARE

    def _cut(self, box: Box) -> tuple[int, int, int, int]:
        """Rows and columns of the drawing, one pixel at least."""
        height, width = self.behind.shape[:2]
        top = min(max(0, math.floor(box.top)), height - 1)
        left = min(max(0, math.floor(box.left)), width - 1)
        bottom = min(max(top + 1, math.ceil(box.bottom)), height)
        right = min(max(left + 1, math.ceil(box.right)), width)
        return top, bottom, left, right


def find_scale(page: pypdfium2.PdfPage) -> float:
    width, height = page.get_size()
    return min(PIXELS_PER_POINT, math.sqrt(MOST_PIXELS / max(1.0, width * height)))


def find_transform(page: pypdfium2.PdfPage) -> Transform:
    scale = find_scale(page)
    width, height = (max(1.0, side * scale) for side in page.get_size())

    def ask(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, VIRTUAL, VIRTUAL, 0, x, y, across, down)
        return across.value * width / VIRTUAL, down.value * height / VIRTUAL

    origin, right, top = ask(0, 0), ask(100, 0), ask(0, 100)
    return Transform(
        origin=origin,
        across=((right[0] - origin[0]) / 100, (right[1] - origin[1]) / 100),
        up=((top[0] - origin[0]) / 100, (top[1] - origin[1]) / 100),
        width=width,
        height=height,
    )


def draw_page(page: pypdfium2.PdfPage, texts: Sequence[Any]) -> Drawing:
    """Draws it twice. `texts`: its text objects, which are as they were afterwards."""
    scale = find_scale(page)
    whole = _draw(page, scale)
    for raw in texts:
        pdfium.FPDFPageObj_SetIsActive(raw, False)
    behind = _draw(page, scale)
    for raw in texts:
        pdfium.FPDFPageObj_SetIsActive(raw, True)
    apart = np.abs(whole.astype(np.int16) - behind.astype(np.int16)).max(axis=2) >= FAINT
    ink = np.zeros((apart.shape[0] + 1, apart.shape[1] + 1), dtype=np.int32)
    ink[1:, 1:] = apart.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    return Drawing(find_transform(page), ink, behind)


def _draw(page: pypdfium2.PdfPage, scale: float) -> NDArray[np.uint8]:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    pixels = np.array(bitmap.to_numpy()[:, :, :3], dtype=np.uint8)
    bitmap.close()
    return pixels
