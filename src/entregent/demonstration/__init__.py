"""The demonstration: an invented festival, loaded on a first start and removed by one click."""
