"""Groups on both sides, owners and costs of even work: still one min-cost flow, with the same kind of proof."""
