"""Comments: the parts that hold them, their threads and their anchors in the text."""
