"""Groups that cross: a linear relaxation with proved prices, then whole units on the pairs that can matter."""
