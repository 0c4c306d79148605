"""Pages of residents: the app shell, and the whole report as plain forms for browsers without script."""
