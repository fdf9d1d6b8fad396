"""What comes in: requests and teams from any dataframe, checked at the door, in canonical order, frozen."""
