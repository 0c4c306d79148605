"""Reports that come by voice: the form of the operator on the phone, the telephone exchange, taps on *Telepon 112*."""
