"""SPLIT, the last part of step 2: indirect cost spread over use cases by declared drivers.

Reads `rules/splits.yaml`, the allocation of the months worked on and the register; gives `split.parquet`. A pool takes
money that no use case carries; a driver says who receives it; without a rule or a quantity it stays unallocated.
Law L3: per month, pool and basis the shares add up to the pool's money, through every chain and cycle.
"""

from spendmap.allocation.split.apportion import NoDriverError, split_by_driver

__all__ = ["NoDriverError", "split_by_driver"]
