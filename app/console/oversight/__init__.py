"""Pages of supervisors and auditors: statistics, audit, exports, one incident reviewed after it was closed."""
