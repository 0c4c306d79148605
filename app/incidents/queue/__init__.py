"""Order and page the queue of open incidents. Hot path: plain SQL, keyset paging."""
