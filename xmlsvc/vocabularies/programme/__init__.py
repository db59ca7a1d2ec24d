"""Generated classes of the vocabulary programme, one package a version."""
