"""The file: zip container, Open Packaging Conventions, and the XML names of WordprocessingML."""
