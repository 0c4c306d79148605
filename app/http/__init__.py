"""What both web sites share: request edge, bodies, problem answers, security headers, load shedding, health, metrics.

Start reading at `edge.py`. Nothing here knows an incident.
"""
