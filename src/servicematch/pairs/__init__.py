"""Who could serve whom, and how well: limits, candidates, terms, scores."""
