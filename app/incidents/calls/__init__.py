"""Record reports by voice: the operator's form, the telephone exchange, and taps on *Telepon 112*."""
