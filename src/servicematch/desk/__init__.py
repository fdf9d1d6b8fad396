"""Living with it: recommendations for the desk."""
