"""Finding new reports: the state is asked for every student who can have one, at a pace that it stands."""
