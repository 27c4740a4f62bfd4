"""A year of world trade that never was, in the layout of CEPII BACI; for benchmarks only.

The same seed gives the same bytes. Shaped like the real thing: some 11 million rows, every pair of
some 220 economies, values log-normal and larger between large economies, a few quantities missing,
sorted by exporter, importer and product.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.model.economies_table import ECONOMIES

NAME = "BACI_HS17_Y2024_V000000.csv"
"""The release 000000 makes the reader state that the figures are made up."""

_OWN_NUMBERS = {840: 842, 250: 251, 756: 757, 578: 579, 356: 699, 158: 490}
_PRODUCTS = 5_400


def economy_numbers() -> np.ndarray:
    """BACI's numbers of the economies."""
    numbers = (facts[0] for facts in ECONOMIES.values())
    return np.array(sorted(_OWN_NUMBERS.get(number, number) for number in numbers))


def product_codes() -> np.ndarray:
    """As many six-digit codes as HS 2017 has, in chapters 1 to 97."""
    headings = [100 * chapter + heading for chapter in range(1, 98) for heading in range(1, 15)]
    codes = [100 * heading + 10 * at for heading in headings for at in range(1, 6)]
    return np.array(codes[:_PRODUCTS])


def write_year(path: Path, rows: int = 11_000_000, year: int = 2024, seed: int = 1) -> int:
    """Write the file; returns the rows it has (within some per cent of those asked for)."""
    r = np.random.default_rng(seed)
    numbers, products = economy_numbers(), product_codes()
    size = r.lognormal(0, 1.6, len(numbers))
    weight = np.outer(size, size) ** 0.5
    np.fill_diagonal(weight, 0)
    share = np.clip(weight * rows / weight.sum() / len(products), 0, 0.95)
    for _ in range(30):  # what the cap cuts off the largest pairs goes to the others
        share = np.clip(share * rows / (share.sum() * len(products)), 0, 0.95)
    written = 0
    with path.open("w", encoding="ascii", newline="") as stream:
        stream.write("t,i,j,k,v,q\n")
        for at, exporter in enumerate(numbers):
            held = r.random((len(numbers), len(products))) < share[at][:, None]
            importer, product = np.nonzero(held)
            value = np.exp(r.normal(2.5, 2.8, len(importer))) * weight[at][importer] + 0.001
            quantity = value * np.exp(r.normal(-1.0, 1.2, len(importer)))
            texts = np.char.mod("%.3f", quantity).astype(object)
            texts[r.random(len(importer)) < 0.03] = "           NA"
            frame = pd.DataFrame(
                {
                    "t": year,
                    "i": exporter,
                    "j": numbers[importer],
                    "k": np.char.mod("%06d", products[product]),
                    "v": np.char.mod("%.3f", value),
                    "q": texts,
                }
            )
            frame.to_csv(stream, header=False, index=False)
            written += len(frame)
    return written
