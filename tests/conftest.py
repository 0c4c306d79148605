"""Fixtures live in tests/support, one idea a file; factories in tests/make.py."""

pytest_plugins = [
    "tests.support.ppa",
    "tests.support.lengths",
    "tests.support.missing",
    "tests.support.databases",
    "tests.support.clock",
    "tests.support.staff",
    "tests.support.incidents",
    "tests.support.system",
    "tests.support.chromium",
    "tests.support.firefox",
    "tests.support.web",
    "tests.support.phone",
    "tests.support.room",
    "tests.support.console",
    "tests.support.refuge",
    "tests.support.silent",
    "tests.support.scripts",
    "tests.support.counsel",
    "tests.support.counsel_room",
    "tests.support.she",
]
