"""Questions to an answer: why, why not, what if, what is it worth; each takes an `Answer` and gives an object."""
