"""How people are reached: web push, SMS, voice, e-mail; one row a ring, each with its answer."""
