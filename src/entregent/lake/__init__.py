"""The record: Delta tables, the one keeper that writes them, the engines that read them.

No Django here: whoever calls gives the folder, the keys and what is not yet kept.
"""

import pyarrow as pa

# The system's allocator gives memory back after a batch; Arrow's own keeps a hundred megabytes.
pa.set_memory_pool(pa.system_memory_pool())
