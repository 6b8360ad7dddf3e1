"""`inlaid document` and `inlaid edit`: Word documents on the command line."""
