"""Roll-ups: how much was done in each hour and on each day, kept ready so that charts are quick.

`registry` says which there are, `counting` how each is counted from the record, `periods` which
hours and days there are, and `store` where the counts lie.
"""
