"""Web Push: subscriptions, what a lock screen may say, the outbox and its sender."""
