"""The calibration desk: what people said of answers beside what the scorers say. Called by admin/calibration and tasks.

imports: a file of rated answers becomes a set · runs: the scorers score a set, tonight's against the first · maps: how
an organization bends the embedded scorer.
"""
