"""Sign staff in to the console with password, second factor or passkey, and manage their own account."""
