"""The queue of open incidents: order, urgency, who looks at what, what is unread. Hot: plain SQL, keyset paging."""
