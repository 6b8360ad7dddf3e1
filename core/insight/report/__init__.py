"""The report: jobs counted into cells, cells added up into figures, figures as words, tables and charts."""
