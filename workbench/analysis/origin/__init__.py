"""The parts of the origin check of one good; `workbench.analysis.origin_check` is the way in."""
