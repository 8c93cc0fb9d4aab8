"""The seam: here words become sealed bytes, and nowhere else."""
