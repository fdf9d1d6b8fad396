"""The answer: policy, encode, solve, decode, and a reason for everything left open."""
