"""People and their sign-ins: one row for each person, and one for each name by which a door knows them."""
