"""Changes of the core tables: patch_N.py with apply(store), for both databases; each may be run again."""
