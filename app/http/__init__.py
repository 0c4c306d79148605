"""Shared by both web sites: request edge, bodies, problem answers, headers, load shedding, health, metrics.

Start reading at `edge.py`. Nothing here knows an incident.
"""
