"""A small Spanish web written for the project, so that the chain can be tried with no network."""
