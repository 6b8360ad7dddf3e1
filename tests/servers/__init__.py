"""Real servers that come as wheels, started for the tests that need them."""
