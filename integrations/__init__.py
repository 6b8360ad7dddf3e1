"""The surfaces, and the platforms behind them. Each folder imports `core` and never another integration.

To add one: a folder with the role names (`routes`, `delivery`, ...), one line in `registry.py`, its settings in
`core/settings/__init__.py`, a fake in `tests/fakes` and a scenario in `tests/scenarios`.
"""
