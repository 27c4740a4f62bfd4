"""The engine: what a sectoral agreement is, and what it does. Plain Python, no Qt."""

import os

# Before numpy is loaded: threads of BLAS spin while they wait for one another, which on a machine
# with other work made products of matrices seven times as slow, and the kernel has its own threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
