"""Forming circles: who could sit together at all, and who fits. numpy is imported only below here.

`wishes`, `reasons` and `waiting` are plain Python, for pages. The rest is for the forming job.
"""
