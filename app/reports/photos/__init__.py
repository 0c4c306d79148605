"""Handles photos of a report: resumable upload, storage, and the worker that rebuilds each from its pixels."""
