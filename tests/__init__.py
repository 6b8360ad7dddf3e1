"""The tests: a folder for each source folder, fakes of what is outside, real servers to run against."""
