"""What every other room stands on: array names, errors, the plug-in protocols and the claim of a plan."""
