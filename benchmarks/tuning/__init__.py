"""Training of the embedded model's upper layers for one task. Needs numpy and torch, and nothing of the product.

Any Python that has both runs it: `python3 -m benchmarks.tuning.labels`, `python3 -m benchmarks.tuning.lists`.
"""
