"""Of all plans that serve the same units, that in which the least satisfied request fares best."""
