"""`inlaid demo`: the whole way on this machine, with bundled samples."""
