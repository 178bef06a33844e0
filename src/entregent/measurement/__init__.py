"""Measurement, as a pure library: what was added, how surely, and whether it stayed.

Data in, data out: no clock, no file, no network; what is drawn comes from a seed.
"""
