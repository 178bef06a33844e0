"""The record: Delta tables, the one keeper that writes them, the engines that read them.

No Django here: whoever calls gives the folder, the keys and what is not yet kept.
"""
