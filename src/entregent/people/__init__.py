"""People, as a pure library: facets with the acts behind them."""
