"""Charts drawn by a plain painter: the same on screen, in a table cell, as SVG and as PDF."""
