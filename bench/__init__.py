"""Benchmarks: ``make bench`` runs the short ones, ``python -m bench large`` the long one."""
