"""One folder per network: what it sends is read here, without Django and without a clock.

Each network is a module with a ``NETWORK``; adding one is adding its folder and its line in
`entregent.networks.registry`.
"""
