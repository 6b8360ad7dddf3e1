"""`inlaid evaluate`: systems held against each other, blind sheets, and the table of results."""
