"""Queue of open incidents: order, urgency, viewers, unread news. Hot: plain SQL, keyset paging."""
